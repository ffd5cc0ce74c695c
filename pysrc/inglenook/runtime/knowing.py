"""Knowing who could see a message: the service's lists, kept on this device and read anew when they are old."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from inglenook.app.effects import LoadKnown, LoadRoutes, TestReach
from inglenook.app.messages import KnownLoaded, RoutesFailed, RoutesLoaded, WorkerReachTested
from inglenook.core import request
from inglenook.core.connection import Connection
from inglenook.core.errors import InglenookError, NotTheProtocol, OutOfReach
from inglenook.core.model import Policy
from inglenook.core.providers import (
    Known,
    dump_endpoints,
    dump_known,
    load_known,
    read_endpoints,
    read_policies,
    read_providers,
    read_zero_retention,
    with_policies,
)
from inglenook.core.routing import served_as
from inglenook.ports import Clock, HttpRequest, Keeper, Transport
from inglenook.runtime.asking import ask

KNOWN_STALE_MS = 86_400_000
# Endpoints and their prices move daily; an hour is as good as now.
ROUTES_STALE_MS = 3_600_000


class Knowing:
    """Performs the effects that ask who stands behind an API."""

    def __init__(
        self, transports: Mapping[str, Transport], keeper: Keeper, clock: Clock, dispatch: Callable[[Any], None]
    ) -> None:
        self._transports = transports
        self._keeper = keeper
        self._clock = clock
        self._dispatch = dispatch

    def performers(self) -> dict[type, Callable]:
        return {LoadKnown: self.known, LoadRoutes: self.routes, TestReach: self.reach}

    async def known(self, effect: LoadKnown) -> None:
        connection, name = effect.connection, f"known:{effect.connection.id}"
        kept = await self._kept_known(name)
        if kept is not None:
            more = effect.fresh or self._is_old(kept.fetched_ms, KNOWN_STALE_MS)
            self._dispatch(KnownLoaded(connection.id, kept, more=more))
            if not more:
                return
        try:
            providers = read_providers(await self._get(connection, request.providers_url(connection)))
            nothing = read_zero_retention(await self._get(connection, request.zero_retention_url(connection)))
        except InglenookError as error:
            self._dispatch(KnownLoaded(connection.id, kept or Known(), error=str(error)))
            return
        now = self._clock.now_ms()
        policies, problem = await self._policies(connection, now)
        if policies is None and kept is not None:
            # The feed is not promised to anybody; what it said before still counts, with its date.
            policies = {slug: p.policy for slug, p in kept.providers.items() if p.policy.as_of_ms}
        feed_ms = now if not problem else kept.feed_ms if kept else 0
        known = Known(with_policies(providers, policies or {}), nothing, now, feed_ms)
        # Said before it is kept: a full disk must not keep a message waiting for ever.
        self._dispatch(KnownLoaded(connection.id, known, error=problem))
        await self._keeper.put_setting(name, dump_known(known))

    async def routes(self, effect: LoadRoutes) -> None:
        connection, model = effect.connection, effect.model
        name = f"endpoints:{connection.id}:{model}"
        kept = await self._kept(name)
        if isinstance(kept, dict) and isinstance(kept.get("endpoints"), str):
            fetched_ms = kept["fetched_ms"] if type(kept.get("fetched_ms")) is int else 0
            more = effect.fresh or self._is_old(fetched_ms, ROUTES_STALE_MS)
            try:
                self._dispatch(RoutesLoaded(connection.id, model, read_endpoints(kept["endpoints"]), fetched_ms, more))
            except NotTheProtocol:
                more = True
            if not more:
                return
        try:
            url = request.endpoints_url(connection, served_as(model, effect.alias_of))
            # With the key the service adds how fast they are; without one the request needs no preflight.
            endpoints = read_endpoints(await self._get(connection, url, with_key=True))
        except InglenookError as error:
            self._dispatch(RoutesFailed(connection.id, model, error))
            return
        now = self._clock.now_ms()
        self._dispatch(RoutesLoaded(connection.id, model, endpoints, now))
        await self._keeper.put_setting(name, {"endpoints": dump_endpoints(endpoints), "fetched_ms": now})

    async def reach(self, effect: TestReach) -> None:
        """Ask a forbidden address, as any request of ours is asked; the browser says whether it refused it."""
        outcome = "reached"
        try:
            (await self._transports["other"].send(HttpRequest("GET", effect.url, {}))).close()
        except OutOfReach:
            outcome = "refused"
        except InglenookError:
            # It failed, but nobody says that the policy did it: that proves nothing.
            outcome = "failed"
        self._dispatch(WorkerReachTested(outcome))

    async def _kept(self, name: str) -> Any:
        try:
            return await self._keeper.setting(name)
        except InglenookError:
            # What cannot be read here is read at the service.
            return None

    async def _kept_known(self, name: str) -> Known | None:
        kept = await self._kept(name)
        if not isinstance(kept, str):
            return None
        try:
            return load_known(kept)
        except NotTheProtocol:
            return None

    async def _policies(self, connection: Connection, now_ms: int) -> tuple[dict[str, Policy] | None, str]:
        try:
            return read_policies(await self._get(connection, request.policies_url(connection)), now_ms), ""
        except InglenookError as error:
            return None, f"The service's list of policies could not be read: {error}"

    async def _get(self, connection: Connection, url: str, *, with_key: bool = False) -> bytes:
        key = connection.key if with_key else ""
        sent = HttpRequest("GET", url, request.get_headers(connection, key))
        return await ask(self._transports[connection.kind], sent, has_key=bool(key))

    def _is_old(self, fetched_ms: int, limit_ms: int) -> bool:
        return self._clock.now_ms() - fetched_ms >= limit_ms
