"""A conversation as one web page."""
