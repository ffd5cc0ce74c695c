"""What a person types as a server's address, turned into addresses that can be asked.

This file knows URLs. Whether anybody answers there is found out elsewhere.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from inglenook.core.errors import BadAddress

OPENROUTER = "https://openrouter.ai/api/v1"
OPENROUTER_AUTH = "https://openrouter.ai/auth"

MAX_LENGTH = 2000

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_BLANK = re.compile(r"[\s\x00-\x1f\x7f\\]")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_ROUTES = re.compile(r"/(chat/completions|completions|responses|models)$")


def normalise(address: str) -> tuple[str, ...]:
    """The base addresses to try, best first. A path that was given is kept; without one, /v1 comes first.

    >>> normalise("localhost:11434")
    ('http://localhost:11434/v1', 'http://localhost:11434')
    >>> normalise(" https://llm.example/api/chat/completions ")
    ('https://llm.example/api',)

    Raises:
        BadAddress: the reason is in the message.
    """
    address = address.strip()
    if not address:
        raise BadAddress("There is no address.")
    if len(address) > MAX_LENGTH:
        raise BadAddress("The address is too long.")
    if _BLANK.search(address):
        raise BadAddress("An address has no spaces or backslashes in it.")
    given = _SCHEME.match(address)
    try:
        parts = urlsplit(address if given else f"//{address}")
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise BadAddress("The host or the port of the address is not valid.", detail=str(error)[:200]) from error
    if port == 0:
        raise BadAddress("The host or the port of the address is not valid.")
    if parts.scheme not in ("", "http", "https"):
        raise BadAddress("Only http and https addresses can be asked.")
    if "@" in parts.netloc:
        raise BadAddress("The address must not hold a name or a password.", advice="Enter the key in its own field.")
    if "?" in address or "#" in address:
        raise BadAddress("The address must not have a question mark or a number sign in it.")
    host = _host(host)
    scheme = parts.scheme or ("http" if is_loopback(host) else "https")
    if scheme == "http" and not is_loopback(host):
        raise BadAddress(
            "Plain http is only for servers on this device: on the way to another one, anybody could read along, "
            "and browsers block it.",
            advice="Use an https address, or a tunnel that ends on this device.",
        )
    default = {"http": 80, "https": 443}[scheme]
    origin = f"{scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port not in (None, default) else ''}"
    path = _path(parts.path)
    if host == "openrouter.ai" and path in ("", "/api"):
        return (f"{origin}/api/v1",)
    return (f"{origin}{path}",) if path else (f"{origin}/v1", origin)


def is_loopback(host: str) -> bool:
    """Whether a host is this device itself, so that nothing travels over a network.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("192.168.0.2")
    (True, True, False)
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(host: str) -> str:
    bad = BadAddress("The host or the port of the address is not valid.")
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host).compressed
        except ValueError:
            raise bad from None
    host = host.removesuffix(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            raise bad from None
    labels = host.lower().split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise bad
    # Browsers read "127.1" or "0x7f.1" as numbers; what looks like a number must be a whole address.
    if re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1]):
        try:
            number = ipaddress.IPv4Address(host)
        except ValueError:
            raise bad from None
        # Servers print 0.0.0.0 for "every interface"; it can be listened on, not asked.
        return "127.0.0.1" if int(number) == 0 else str(number)
    return ".".join(labels)


def _path(path: str) -> str:
    path = _ROUTES.sub("", path.rstrip("/")).rstrip("/")
    if any(step in (".", "..", "") for step in path.split("/")[1:]):
        raise BadAddress("The path of the address is not valid.")
    return path
