"""Forecasting: what will have been won, and when the target is reached."""
