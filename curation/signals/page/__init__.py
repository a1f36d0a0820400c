"""The signals for what a web page left in an answer."""
