"""The steps of curation: each a pure decision about rows."""
