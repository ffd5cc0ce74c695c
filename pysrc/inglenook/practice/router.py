"""The door of the practice router: `ROUTES` says which call does what.

This file knows paths and who needs a key. It never waits and never raises:
whatever a caller sends is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .account import PRACTICE_KEY, Account, Key, key_digest, key_label
from .catalogue import MODELS, PROVIDERS, Model, find_model
from .completion import complete
from .errors import Refusal, refusal
from .listing import count_models, list_models
from .log import Entry
from .policy import allowed_by_account
from .rows import endpoint_row, endpoints_row, model_row, policy_rows, provider_row
from .signin import authorize, exchange
from .state import State
from .statement import show_credits, show_generation, show_key
from .stream import Pace
from .wire import Request, Response, json_response

CACHED = {"Cache-Control": "public, max-age=120, stale-while-revalidate=86400"}


class Router:
    """A pretend account and everything it can ask.

    >>> router = Router(now=lambda: 0, new_id=lambda: "0123456789abcdefghij")
    >>> router.handle(Request("GET", "/models/count")).status
    200

    `now` gives milliseconds since 1970, `new_id` at least 20 random letters
    and digits. `account` may be replaced at any time. After `handle`, read the
    response's chunks to the end or close them.
    """

    def __init__(
        self,
        account: Account | None = None,
        *,
        now: Callable[[], int],
        new_id: Callable[[], str],
        pace: Pace | None = None,
    ) -> None:
        self._state = State(account or Account(), now, new_id, {})
        self._pace = pace or Pace()
        self.add_key(PRACTICE_KEY)

    @property
    def account(self) -> Account:
        return self._state.account

    @account.setter
    def account(self, account: Account) -> None:
        self._state.account = account

    @property
    def log(self) -> Sequence[Entry]:
        """The metadata of every finished, cancelled or refused completion, oldest first."""
        return tuple(self._state.log.entries)

    def add_key(self, secret: str, key: Key | None = None) -> None:
        """Make `secret` a key of the account, with a spending limit or an end if `key` has one."""
        self._state.keys[key_digest(secret)] = key or Key(key_label(secret))

    def handle(self, request: Request, pace: Pace | None = None) -> Response:
        """Answer a call; `pace` replaces the router's own for this one."""
        try:
            route, names = _find(request)
            digest = self._state.identify(request) if route.needs_key else ""
            return route.answer(Call(self._state, request, digest, names, pace or self._pace))
        except Refusal as refused:
            return refused.response()


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way; `names` are the path's variable parts."""

    state: State
    request: Request
    key: str
    names: tuple[str, ...]
    pace: Pace


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: tuple[str, ...]
    needs_key: bool
    answer: Callable[[Call], Response]


def _models(call: Call) -> Response:
    return json_response(list_models(call.request.query), headers=CACHED)


def _own_models(call: Call) -> Response:
    allowed = [model for model in MODELS.values() if allowed_by_account(model, call.state.account)]
    return json_response(list_models(call.request.query, allowed))


def _count(call: Call) -> Response:
    return json_response(count_models(call.request.query))


def _model(call: Call) -> Response:
    return json_response({"data": model_row(_named(call))}, headers=CACHED)


def _endpoints(call: Call) -> Response:
    with_key = bool(call.request.header("Authorization"))
    return json_response({"data": endpoints_row(_named(call), with_key)})


def _zdr(call: Call) -> Response:
    with_key = bool(call.request.header("Authorization"))
    found = [(model, endpoint) for model in MODELS.values() if not model.alias_of for endpoint in model.endpoints]
    rows = [endpoint_row(*pair, with_key) for pair in found if pair[1].provider.zero_retention]
    return json_response({"data": rows}, headers=CACHED)


def _providers(call: Call) -> Response:
    return json_response({"data": [provider_row(provider) for provider in PROVIDERS.values()]}, headers=CACHED)


def _policies(call: Call) -> Response:
    return json_response({"data": policy_rows()})


def _named(call: Call) -> Model:
    model, _ = find_model("/".join(call.names))
    if model is None:
        raise refusal(404, "Model not found", metadata={"error_type": "not_found"})
    return model


ROUTES: tuple[Route, ...] = tuple(
    Route(method, tuple(path.strip("/").split("/")), needs_key, answer)
    for method, path, needs_key, answer in (
        ("GET", "/models", False, _models),
        ("GET", "/models/user", True, _own_models),
        ("GET", "/models/count", False, _count),
        ("GET", "/model/*/*", False, _model),
        ("GET", "/models/*/*/endpoints", False, _endpoints),
        ("GET", "/endpoints/zdr", False, _zdr),
        ("GET", "/providers", False, _providers),
        ("GET", "/key", True, lambda call: show_key(call.state, call.request, call.key)),
        ("GET", "/credits", True, lambda call: show_credits(call.state, call.request, call.key)),
        ("GET", "/generation", True, lambda call: show_generation(call.state, call.request, call.key)),
        ("POST", "/chat/completions", True, lambda call: complete(call.state, call.request, call.key, call.pace)),
        ("POST", "/auth/keys", False, lambda call: exchange(call.state, call.request)),
        # These two live outside the API base on the wire: the sign-in page, and the website's feed of policies.
        ("GET", "/auth", False, lambda call: authorize(call.state, call.request)),
        ("GET", "/frontend/v1/all-providers", False, _policies),
    )
)


def _find(request: Request) -> tuple[Route, tuple[str, ...]]:
    parts = tuple(request.path.strip("/").split("/"))
    matching = [route for route in ROUTES if _matches(route.path, parts)]
    if not matching:
        raise refusal(404, "Not Found")
    for route in matching:
        if route.method == request.method:
            return route, tuple(part for part, wanted in zip(parts, route.path, strict=True) if wanted == "*")
    raise refusal(405, "Method Not Allowed")


def _matches(path: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    return len(path) == len(parts) and all(wanted in ("*", part) for wanted, part in zip(path, parts, strict=True))
