"""The API: everything that the pages and the commands do, for programs, under /api/v1."""
