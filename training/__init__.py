"""Training: curated and preservation rows in, an adapter in a run folder out; see `training.qlora`."""
