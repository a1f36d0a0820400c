"""The report of a study, as a page, as Markdown and as files that other tools open."""
