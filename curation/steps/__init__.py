"""The steps of curation: each maps a table of rows to decisions and writes nothing."""
