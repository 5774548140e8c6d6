"""Totals: the exact distribution of a sum of deals that may be won."""
