"""Chances: the win table, the chance within a period, the roll forward, the rope."""
