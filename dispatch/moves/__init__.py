"""What a dispatcher does by hand: first tried, with every rule named that it would break, then made and journaled."""
