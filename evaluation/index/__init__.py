"""The store of passages that retrieval searches."""
