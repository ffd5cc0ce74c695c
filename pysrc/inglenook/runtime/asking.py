"""One question to an API, answered whole."""

from __future__ import annotations

from inglenook.core import refusal
from inglenook.core.errors import StreamBroken
from inglenook.ports import HttpRequest, Transport

MOST = 64 << 20


async def ask(transport: Transport, sent: HttpRequest, *, has_key: bool) -> bytes:
    """The body of the answer.

    Raises:
        InglenookError: no answer, or one that is not 2xx.
    """
    response = await transport.send(sent)
    try:
        body = await response.read(MOST)
    except StreamBroken as broken:
        if 200 <= response.status < 300:
            raise
        raise refusal.from_response(response.status, None, has_key=has_key) from broken
    finally:
        response.close()
    if not 200 <= response.status < 300:
        raise refusal.from_response(response.status, body, has_key=has_key)
    return body
