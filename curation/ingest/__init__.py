"""Ingest: rows of strangers' files and shapes → records."""

from curation.ingest.read import ingest, read_pairs

__all__ = ["ingest", "read_pairs"]
