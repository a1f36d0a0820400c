"""Does curation pay? The same recipe on several selections of one study's rows."""
