"""What can be learned within: how stays have ended so far, and who leads a leg."""
