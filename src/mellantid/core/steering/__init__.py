"""Steering: what a movement is worth now, what would be if, and which change is enough."""
