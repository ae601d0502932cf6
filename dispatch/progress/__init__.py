"""What happens during the day: reports from the road, what they mean for promises, and what is to be expected."""
