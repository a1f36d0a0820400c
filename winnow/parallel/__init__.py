"""Parallel execution on several cores or machines, and caches of measured tables."""
