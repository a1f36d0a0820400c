"""A search engine for the Argilla server in one SQLite file a dataset, and the launcher that runs both in one process.

The package runs inside the server's own environment, which has none of Winnow's dependencies: it may import
the standard library, numpy and argilla_server, and of Winnow nothing but itself.
"""
