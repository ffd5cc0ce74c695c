"""What may be asked for on the command line. Knows words and numbers; never does anything."""

from __future__ import annotations

import argparse
import re

STAGES = ("lint", "types", "page", "unit", "pyodide", "browser")

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


def origin(text: str) -> str:
    """The scheme, host and port of a server that the page may talk to."""

    def wrong(reason: str) -> argparse.ArgumentTypeError:
        return argparse.ArgumentTypeError(
            f"{text!r} {reason}; give a scheme and a host, such as https://models.example:8443"
        )

    scheme, separator, rest = text.strip().lower().partition("://")
    if not separator:
        raise wrong("has no scheme")
    if scheme not in ("http", "https"):
        raise wrong("is neither http nor https")
    if "*" in rest:
        raise wrong("has a wildcard, which would let the page talk to hosts that you did not name")
    if "@" in rest:
        raise wrong("has a user name")
    if rest.endswith("/"):
        rest = rest[:-1]
    if any(mark in rest for mark in "/?#"):
        raise wrong("has a path")
    host, port = rest, ""
    found = re.fullmatch(r"(.*[^:\]]|\[[^\]]*\]):(\d*)", rest)
    if found:
        host, port = found.group(1), found.group(2)
        if not port or not 0 < int(port) < 65536:
            raise wrong("has no usable port")
    if not _HOST.fullmatch(host):
        raise wrong("has no usable host")
    return f"{scheme}://{host}" + (f":{port}" if port else "")


def port(text: str) -> int:
    """A port to listen on; 0 takes any that is free."""
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 0 to 65535")
    return int(text)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str):
        self.exit(2, f"{self.prog}: {message}. Try: {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    whole = _Parser(prog="build.py", description="Build, serve, test and measure Inglenook.")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    commands.required = True

    site = argparse.ArgumentParser(add_help=False)
    site.add_argument(
        "--connect",
        metavar="ORIGIN",
        type=origin,
        action="append",
        default=[],
        help="let the page talk to this server too, such as https://models.example (repeatable)",
    )

    serve = commands.add_parser("serve", parents=[site], help="build what changed, then serve dist/ on this machine")
    serve.add_argument("--port", type=port, default=None, help="listen here (default: 8765, or the next free one)")
    serve.add_argument("--no-open", action="store_true", help="do not open a browser")

    commands.add_parser("build", parents=[site], help="write dist/, ready for any static host")

    test = commands.add_parser(
        "test",
        help="run every check",
        description="Run every check, or only some stages or tests. Options that are not known here go to pytest.",
    )
    test.add_argument("only", nargs="*", metavar="STAGE|PATH", help=f"a stage ({', '.join(STAGES)}) or tests to run")
    test.add_argument("-k", metavar="EXPR", dest="keyword", help="only tests whose names match, as in pytest")

    commands.add_parser("bench", help="measure against the floors of the same run; options go to the benchmark")
    return whole


def parse(arguments: list[str]) -> argparse.Namespace:
    """The chosen command and its options; ends the program with one sentence if they make no sense."""
    whole = parser()
    chosen, extra = whole.parse_known_args(arguments)
    if extra and chosen.command not in ("test", "bench"):
        whole.error(f"unknown option {extra[0]}")
    chosen.extra = extra
    return chosen
