"""The same work on several cores or machines."""
