"""How good forecasts were: scores of distributions and of chances, and how sure the scores are."""
