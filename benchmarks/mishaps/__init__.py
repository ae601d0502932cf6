"""What goes wrong on a full day, and how long it takes until the day has its plan again."""
