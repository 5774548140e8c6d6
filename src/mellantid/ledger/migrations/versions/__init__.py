"""One module for each step of the schema; its revision is its number."""
