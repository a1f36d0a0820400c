"""The tuned model in the formats of other tools."""
