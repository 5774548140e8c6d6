"""The mathematics of pace: pure functions on small arrays, no I/O, no clock reading."""
