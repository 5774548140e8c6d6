"""Evaluation: the gap to the plan by the assumption that was wrong, and what is chance."""
