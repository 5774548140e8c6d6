"""Modelling: daily chances from counts and a playbook, with pooling."""
