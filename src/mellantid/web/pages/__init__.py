"""The pages: each file one page, from a question to a template."""
