"""Published files of a curated folder: rows, report, page and card, all derived from records and ledger."""
