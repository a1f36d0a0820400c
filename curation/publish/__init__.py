"""The views over records and ledger that people and other tools read."""
