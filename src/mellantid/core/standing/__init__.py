"""Standing: where we are against the plan, in movements, days and money."""
