"""Conformance: the paths that deals take, held against the course that they should follow."""
