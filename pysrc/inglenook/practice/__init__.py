"""A routing API that lives in the page: pretend providers, scripted answers, real arithmetic.

It speaks the chat completions API as OpenRouter does, so that the page, the
tests and a newcomer meet one behaviour. It never opens a connection, never
waits and never reads a clock: bytes come in, `Chunk`s with a pause to make
come out, and whoever calls does the waiting.
"""

from .account import Account
from .router import Router
from .stream import Pace
from .wire import Chunk, Request, Response, parse_request

__all__ = ["Account", "Chunk", "Pace", "Request", "Response", "Router", "parse_request"]
