"""Training: what happened on a leg before and after somebody began to train for it."""
