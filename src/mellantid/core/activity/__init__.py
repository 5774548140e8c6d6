"""Activities: how many a movement onward takes, and what the next one is likely to do."""
