"""Where effort is worth most: the worth of a move, what waiting costs, what-if, and levers."""
