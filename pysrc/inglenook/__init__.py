"""Inglenook: a private chatroom for language models that is only a web page."""

__version__ = "0.1.0"
