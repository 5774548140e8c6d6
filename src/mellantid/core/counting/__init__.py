"""Counting: a history turned into stays, and stays into the histogram that estimation needs."""
