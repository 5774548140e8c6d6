"""Planning: target, model and calendar turned into the pace of every leg."""
