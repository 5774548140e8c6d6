"""Doubts: what in the data speaks against taking the model at its word."""
