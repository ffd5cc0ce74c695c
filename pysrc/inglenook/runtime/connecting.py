"""Connecting: checks of addresses and keys, the sign-in's last step, and the lists of models."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

from inglenook.app.effects import Connect, ExchangeCode, LoadModels
from inglenook.app.messages import Connected, ConnectFailed, KeyGranted, ModelsFailed, ModelsLoaded
from inglenook.core import pkce, request
from inglenook.core.catalogue import Model, chat_models, dump_models, load_models, read_models
from inglenook.core.connection import OPENROUTER, Connection, KeyInfo, read_key_info
from inglenook.core.errors import BadRequest, InglenookError, NoKey, NotTheProtocol, Refused
from inglenook.core.providers import read_providers
from inglenook.ports import Clock, HttpRequest, Keeper, Transport
from inglenook.runtime.asking import ask

STALE_MS = 86_400_000


class Connecting:
    """Performs the effects that ask an API about itself."""

    def __init__(
        self, transports: Mapping[str, Transport], keeper: Keeper, clock: Clock, dispatch: Callable[[Any], None]
    ) -> None:
        self._transports = transports
        self._keeper = keeper
        self._clock = clock
        self._dispatch = dispatch

    def performers(self) -> dict[type, Callable]:
        return {Connect: self.connect, LoadModels: self.models, ExchangeCode: self.exchange}

    async def connect(self, effect: Connect) -> None:
        """Try each base in turn; the first that lists models is the one."""
        first: InglenookError | None = None
        for base in effect.candidates:
            connection = replace(effect.connection, base=base)
            try:
                key = await self._key(connection)
                models = await self._models(connection)
                if connection.kind == "other" and any(model.canonical_slug for model in models):
                    connection = replace(connection, dialect=await self._dialect(connection))
            except InglenookError as error:
                # Of several failures the first base's says most, unless a later one at least found the API.
                if first is None or isinstance(first, NotTheProtocol | Refused):
                    first = error
                continue
            now = self._clock.now_ms()
            await self._keep(connection, models, now)
            self._dispatch(Connected(connection, models, now, key))
            return
        assert first is not None
        self._dispatch(ConnectFailed(effect.connection, first))

    async def models(self, effect: LoadModels) -> None:
        """Give the list that is kept here at once, then a fresh one where that is old or asked for."""
        connection = effect.connection
        kept = await self._keeper.setting(f"models:{connection.id}")
        fetched_ms = 0
        if isinstance(kept, dict) and isinstance(kept.get("models"), str):
            with suppress(NotTheProtocol):
                models = load_models(kept["models"])
                fetched_ms = kept["fetched_ms"] if type(kept.get("fetched_ms")) is int else 0
                self._dispatch(ModelsLoaded(connection.id, models, fetched_ms, kept=True))
        if not effect.fresh and self._clock.now_ms() - fetched_ms < STALE_MS:
            return
        try:
            models = await self._models(connection)
        except InglenookError as error:
            self._dispatch(ModelsFailed(connection.id, error))
            return
        now = self._clock.now_ms()
        self._dispatch(ModelsLoaded(connection.id, models, now))
        await self._keep(connection, models, now)

    async def exchange(self, effect: ExchangeCode) -> None:
        service = Connection("openrouter", "openrouter", OPENROUTER, "OpenRouter")
        body = json.dumps(pkce.exchange_body(effect.code, effect.verifier)).encode()
        sent = HttpRequest("POST", request.exchange_url(service), request.headers(service, ""), body)
        try:
            key = pkce.read_key(await self._ask("openrouter", sent, has_key=False))
        except InglenookError as error:
            self._dispatch(ConnectFailed(service, error))
            return
        self._dispatch(KeyGranted(key, effect.keep))

    async def _key(self, connection: Connection) -> KeyInfo | None:
        """What the API says of the key; None where it has no such route, which the list of models then decides."""
        if not connection.key or connection.kind == "practice":
            return None
        sent = HttpRequest("GET", request.key_url(connection), request.get_headers(connection, connection.key))
        try:
            return read_key_info(await self._ask(connection.kind, sent, has_key=True))
        except (Refused, NotTheProtocol):
            if connection.kind == "openrouter":
                raise
            return None

    async def _dialect(self, connection: Connection) -> Literal["", "routing"]:
        """Whether providers stand behind an address whose list of models looks like a routing service's."""
        sent = HttpRequest("GET", request.providers_url(connection), request.get_headers(connection, ""))
        try:
            read_providers(await self._ask(connection.kind, sent, has_key=False))
        except (NotTheProtocol, Refused, BadRequest, NoKey):
            # An answer that is no list of providers means that there are none; the server then answers itself.
            # No answer means nothing: a router that is busy now must not pass for a server that keeps to itself.
            return ""
        return "routing"

    async def _models(self, connection: Connection) -> tuple[Model, ...]:
        # OpenRouter lists models without a key, and a request without one needs no preflight.
        key = "" if connection.kind == "openrouter" else connection.key
        sent = HttpRequest("GET", request.models_url(connection), request.get_headers(connection, key))
        return chat_models(read_models(await self._ask(connection.kind, sent, has_key=bool(key))))

    async def _ask(self, kind: str, sent: HttpRequest, *, has_key: bool) -> bytes:
        return await ask(self._transports[kind], sent, has_key=has_key)

    async def _keep(self, connection: Connection, models: tuple[Model, ...], now_ms: int) -> None:
        await self._keeper.put_setting(f"models:{connection.id}", {"models": dump_models(models), "fetched_ms": now_ms})
