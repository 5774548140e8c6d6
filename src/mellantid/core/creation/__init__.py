"""Creation: at what pace deals come, in which season, and where they enter."""
