"""The studio's two faces: verbs in a terminal, pages in a browser; and the road that both show."""
