"""The verbs of the terminal, one module a stage."""
