"""The history of the database's schema, a file a step, in `versions`."""
