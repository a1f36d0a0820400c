"""The studio's pages, one file each, and the parts they share."""
