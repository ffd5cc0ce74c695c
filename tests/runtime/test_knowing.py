"""The service's lists in the whole application without a browser: read, kept, read anew, and gone with a connection."""

import asyncio
import json
from contextlib import suppress
from dataclasses import replace

import pytest
from inglenook.adapters.memory import MemoryDatabase, ScriptedAnswer
from inglenook.adapters.store import Store
from inglenook.app.effects import LoadKnown, LoadModels, LoadRoutes, TestReach
from inglenook.app.messages import KnownLoaded, ModelsLoaded, RoutesFailed, RoutesLoaded, WorkerReachTested
from inglenook.core.connection import Connection
from inglenook.core.errors import OutOfReach, StorageError, StorageFull, Unreachable
from inglenook.core.providers import FEED
from inglenook.runtime.connecting import Connecting
from inglenook.runtime.knowing import KNOWN_STALE_MS, ROUTES_STALE_MS, Knowing

from tests.runtime.test_room import CHUNK, Tab

TestReach.__test__ = False
KEY = "sk-box-" + "k" * 40
BASE = "https://box.example/api/v1"
BOX = Connection("box", "other", BASE, "box.example", KEY, dialect="routing", model="acme/one")
PROVIDERS = {"data": [{"slug": "ash", "name": "Ash", "datacenters": ["DE"]}, {"slug": "elm", "name": "Elm"}]}
ZERO = {"data": [{"model_id": "acme/one", "tag": "elm"}]}
FEED_ROWS = {"data": [{"slug": "ash", "dataPolicy": {"training": False, "retainsPrompts": False}}]}
ENDPOINTS = {"data": {"id": "acme/one", "endpoints": [{"tag": "ash", "provider_name": "Ash", "model_id": "acme/one"}]}}
MODELS = {"data": [{"id": "acme/one", "canonical_slug": "acme/one-1"}]}
DONE = b"data: [DONE]\n\n"
GONE = str(Unreachable("Nobody is there."))
KNOWN_NAME, ROUTES_NAME = "known:box", "endpoints:box:acme/one"


class Service:
    """A routing service by its paths; what `down` names gives no answer, or the answer that stands there."""

    def __init__(self):
        self.requests = []
        self.down = {}
        self.bodies = {
            "/models": MODELS,
            "/providers": PROVIDERS,
            "/endpoints/zdr": ZERO,
            "/all-providers": FEED_ROWS,
            "/models/acme/one/endpoints": ENDPOINTS,
        }

    async def send(self, request):
        self.requests.append(request)
        path = next((end for end in sorted(self.bodies, key=len, reverse=True) if request.url.endswith(end)), "")
        for end, problem in self.down.items():
            if request.url.endswith(end):
                if isinstance(problem, Exception):
                    raise problem
                return problem
        if request.url.endswith("/chat/completions"):
            return ScriptedAnswer(CHUNK, DONE)
        return ScriptedAnswer(json.dumps(self.bodies[path]).encode()) if path else ScriptedAnswer(b"{}", status=404)

    def asked(self, end):
        return [request for request in self.requests if request.url.endswith(end)]


class World:
    """The performer alone, over the store and the clock of a tab."""

    def __init__(self):
        self.service = Service()
        self.tab = Tab(other=self.service)
        self.told = []
        self.store = Store(self.tab.database, first_revision=lambda: 1)
        self.knowing = Knowing({"other": self.service}, self.store, self.tab.clock, self.told.append)

    async def ask(self, effect):
        """What is said about it, from the first word to the last."""
        self.told.clear()
        await self.knowing.performers()[type(effect)](effect)
        return list(self.told)

    def down(self, *ends, problem=None):
        self.service.down = {end: problem or Unreachable("Nobody is there.") for end in ends}


def play(story):
    asyncio.run(story(World()))


def test_the_lists_are_joined_kept_and_dated():
    async def story(world):
        (said,) = await world.ask(LoadKnown(BOX))
        known = said.known
        assert (said.more, said.error) == (False, "")
        assert (known.providers["ash"].policy.source, known.providers["ash"].datacenters) == (FEED, ("DE",))
        assert known.zero_retention == {("acme/one", "elm")}
        assert known.fetched_ms == known.feed_ms == known.providers["ash"].policy.as_of_ms == world.tab.clock.now_ms()
        world.service.requests.clear()
        assert await world.ask(LoadKnown(BOX)) == [KnownLoaded("box", known)]
        assert world.service.requests == []

    play(story)


def test_only_the_list_of_endpoints_is_asked_with_the_key_and_only_at_its_own_address():
    async def story(world):
        await world.ask(LoadKnown(BOX))
        await world.ask(LoadRoutes(BOX, "acme/one"))
        with_key = [request.url for request in world.service.requests if request.headers]
        assert with_key == [f"{BASE}/models/acme/one/endpoints"]
        assert world.service.requests[-1].headers == {"Authorization": f"Bearer {KEY}"}
        assert all(request.url.startswith("https://box.example/") for request in world.service.requests)
        assert KEY not in "".join(request.url for request in world.service.requests)
        assert KEY not in json.dumps(await world.tab.database.transact([{"op": "all", "store": "settings"}]))

    play(story)


@pytest.mark.parametrize("effect", [LoadKnown(BOX), LoadRoutes(BOX, "acme/one")], ids=["known", "routes"])
@pytest.mark.parametrize("fresh", [False, True])
def test_a_kept_list_is_said_at_once_and_one_that_is_old_or_doubted_is_read_anew(effect, fresh):
    async def story(world):
        stale_ms = KNOWN_STALE_MS if isinstance(effect, LoadKnown) else ROUTES_STALE_MS
        await world.ask(effect)
        world.tab.clock.advance(stale_ms - 1)
        said = await world.ask(replace(effect, fresh=fresh))
        assert [one.more for one in said] == ([True, False] if fresh else [False])
        world.tab.clock.advance(stale_ms)
        first, second = await world.ask(effect)
        assert (first.more, second.more) == (True, False)

    play(story)


@pytest.mark.parametrize("end", ["/providers", "/endpoints/zdr"])
def test_what_was_kept_is_used_when_the_network_fails(end):
    async def story(world):
        (said,) = await world.ask(LoadKnown(BOX))
        world.down(end)
        world.tab.clock.advance(KNOWN_STALE_MS)
        waits, kept = await world.ask(LoadKnown(BOX))
        assert (waits.known, waits.more) == (said.known, True)
        assert (kept.known, kept.more, kept.error) == (said.known, False, GONE)
        # It is not kept anew, so that its date stays what it was.
        assert (await world.ask(LoadKnown(BOX)))[0].known.fetched_ms == said.known.fetched_ms

    play(story)


def test_kept_endpoints_stay_when_the_network_fails():
    async def story(world):
        (said,) = await world.ask(LoadRoutes(BOX, "acme/one"))
        world.down("/endpoints")
        world.tab.clock.advance(ROUTES_STALE_MS)
        kept, failed = await world.ask(LoadRoutes(BOX, "acme/one"))
        assert (kept.endpoints, kept.fetched_ms, kept.more) == (said.endpoints, said.fetched_ms, True)
        assert isinstance(failed, RoutesFailed)

    play(story)


def test_without_anything_kept_a_failure_is_all_there_is_to_say():
    async def story(world):
        world.down("/providers", "/endpoints")
        (said,) = await world.ask(LoadKnown(BOX))
        assert (said.known.fetched_ms, said.known.providers, said.error) == (0, {}, GONE)
        (failed,) = await world.ask(LoadRoutes(BOX, "acme/one"))
        assert (failed.connection_id, failed.model, str(failed.error)) == ("box", "acme/one", GONE)
        assert await world.store.setting(KNOWN_NAME) is None
        assert await world.store.setting(ROUTES_NAME) is None

    play(story)


DAMAGED = [
    "no JSON", "[", 7, ["x"], {}, {"endpoints": 3}, {"endpoints": "{}"}, {"endpoints": "no JSON", "fetched_ms": 9**15},
]  # fmt: skip


@pytest.mark.parametrize("kept", DAMAGED, ids=str)
def test_a_kept_list_that_is_damaged_is_read_anew(kept):
    async def story(world):
        await world.store.put_setting(KNOWN_NAME, kept)
        await world.store.put_setting(ROUTES_NAME, kept)
        (said,) = await world.ask(LoadKnown(BOX))
        assert "ash" in said.known.providers
        (routes,) = await world.ask(LoadRoutes(BOX, "acme/one"))
        assert [e.tag for e in routes.endpoints] == ["ash"]
        assert await world.store.setting(ROUTES_NAME) != kept

    play(story)


def test_a_date_that_is_no_date_is_the_oldest():
    async def story(world):
        await world.ask(LoadRoutes(BOX, "acme/one"))
        kept = await world.store.setting(ROUTES_NAME)
        await world.store.put_setting(ROUTES_NAME, {**kept, "fetched_ms": "yesterday"})
        first, second = await world.ask(LoadRoutes(BOX, "acme/one"))
        assert (first.fetched_ms, first.more) == (0, True)
        assert second.fetched_ms == world.tab.clock.now_ms()

    play(story)


def test_when_only_the_feed_fails_its_earlier_word_counts_with_its_date():
    async def story(world):
        (before,) = await world.ask(LoadKnown(BOX))
        world.down("/all-providers", problem=ScriptedAnswer(b"<html>", status=404))
        world.tab.clock.advance(KNOWN_STALE_MS)
        said = (await world.ask(LoadKnown(BOX)))[-1]
        assert said.error.startswith("The service's list of policies could not be read:")
        assert said.known.fetched_ms > before.known.fetched_ms
        assert said.known.feed_ms == before.known.feed_ms
        assert said.known.providers["ash"].policy == before.known.providers["ash"].policy
        assert said.known.providers["ash"].policy.as_of_ms == before.known.fetched_ms

    play(story)


def test_without_an_earlier_word_the_feed_leaves_policies_unknown():
    async def story(world):
        world.down("/all-providers")
        (said,) = await world.ask(LoadKnown(BOX))
        assert (said.known.feed_ms, said.known.providers["ash"].policy.source) == (0, "")
        assert said.error

    play(story)


@pytest.mark.parametrize("failure", [StorageFull("The disk is full."), StorageError("The database failed.")])
def test_a_database_that_fails_keeps_no_message_waiting(failure):
    async def story(world):
        for effect, answer in ((LoadKnown(BOX), KnownLoaded), (LoadRoutes(BOX, "acme/one"), RoutesLoaded)):
            world.tab.database.failures = [failure, failure]
            world.told.clear()
            with suppress(type(failure)):
                await world.knowing.performers()[type(effect)](effect)
            assert [(type(said), said.more) for said in world.told] == [(answer, False)]

    play(story)


def test_an_alias_is_asked_for_as_what_it_stands_for_and_kept_under_its_own_name():
    async def story(world):
        (said,) = await world.ask(LoadRoutes(BOX, "~acme/latest", "acme/one"))
        assert world.service.requests[-1].url == f"{BASE}/models/acme/one/endpoints"
        assert said.model == "~acme/latest"
        assert await world.store.setting("endpoints:box:~acme/latest")

    play(story)


def test_a_connection_that_is_removed_takes_its_lists_with_it_and_no_others():
    async def story(world):
        await world.ask(LoadKnown(BOX))
        for model in ("acme/one", "~acme/latest"):
            await world.ask(LoadRoutes(BOX, model, "acme/one"))
        for other in ("box2", "b"):
            await world.ask(LoadKnown(replace(BOX, id=other)))
            await world.ask(LoadRoutes(replace(BOX, id=other), "acme/one"))
        await world.store.put_connection(BOX)
        await world.store.put_setting("models:box", {"models": "[]"})
        await world.store.put_setting("draft:box", "Keep me")
        await world.store.remove_connection("box")
        asked = [{"op": "keys", "store": name} for name in ("settings", "connections")]
        left, connections = await world.tab.database.transact(asked)
        assert set(left) == {
            "draft:box", "known:b", "known:box2", "endpoints:b:acme/one", "endpoints:box2:acme/one",
        }  # fmt: skip
        assert connections == []

    play(story)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (OutOfReach("The policy of this page forbids it."), "refused"),
        (Unreachable("Nobody is there."), "failed"),
        (ScriptedAnswer(b"", status=404), "reached"),
    ],
)
def test_only_the_browsers_own_word_is_a_refusal(answer, outcome):
    async def story(world):
        world.down("/", problem=answer)
        assert await world.ask(TestReach("https://forbidden.invalid/")) == [WorkerReachTested(outcome)]
        (request,) = world.service.requests
        assert (request.method, dict(request.headers), request.body) == ("GET", {}, None)
        if isinstance(answer, ScriptedAnswer):
            assert answer.closed

    play(story)


# In a whole tab


async def connected(service):
    tab = await Tab(other=service).open()
    await tab.say("connect.address", address="https://box.example/api/v1", key=KEY, keep=False)
    return tab


def test_a_service_behind_another_address_is_found_out_and_every_request_names_who_may_answer():
    async def run():
        service = Service()
        tab = await connected(service)
        assert tab.state.connection.dialect == "routing"
        await tab.say("message.send", text="Hello")
        await tab.settle()
        assert tab.texts()[-1] == "Half an answer"
        (sent,) = service.asked("/chat/completions")
        provider = json.loads(sent.body)["provider"]
        assert (provider["only"], provider["data_collection"]) == (["ash"], "deny")
        for request in service.asked("/providers"):
            assert not request.headers

    asyncio.run(run())


def test_a_server_without_providers_is_asked_directly():
    async def run():
        for problem in (
            ScriptedAnswer(b"{}", status=404),
            ScriptedAnswer(b'{"error":{"message":"No key"}}', status=401),
            ScriptedAnswer(b'{"error":"Unexpected endpoint"}'),
            ScriptedAnswer(b'{"detail":"Method not allowed"}', status=405),
        ):
            service = Service()
            service.down = {"/providers": problem}
            tab = await connected(service)
            assert tab.state.connection.dialect == ""

    asyncio.run(run())


@pytest.mark.parametrize(
    "problem",
    [
        Unreachable("Nobody is there."),
        ScriptedAnswer(b'{"error":{"message":"Slow down","code":429}}', status=429),
        ScriptedAnswer(b'{"error":{"message":"Out of order","code":502}}', status=502),
    ],
    ids=["no answer", "pace", "out of order"],
)
def test_a_service_that_is_busy_does_not_pass_for_a_server_that_answers_itself(problem):
    """Else its requests would name nobody, and it could ask whom it likes."""

    async def run():
        service = Service()
        service.down = {"/providers": problem}
        tab = await connected(service)
        assert tab.state.connections == ()
        assert tab.state.probe.kind == "failed"

    asyncio.run(run())


def test_a_kept_list_of_models_that_is_damaged_is_read_anew():
    async def run():
        service = Service()
        database = MemoryDatabase()
        tab = Tab(database, other=service)
        store, told = Store(database, first_revision=lambda: 1), []
        await store.put_setting("models:box", {"models": "no JSON", "fetched_ms": tab.clock.now_ms()})
        await Connecting({"other": service}, store, tab.clock, told.append).models(LoadModels(BOX))
        assert [(type(said), [m.id for m in said.models]) for said in told] == [(ModelsLoaded, ["acme/one"])]

    asyncio.run(run())


def test_after_a_reload_the_kept_lists_decide_without_a_request_for_them():
    async def run():
        service = Service()
        database = MemoryDatabase()
        tab = await Tab(database, other=service).open()
        await tab.say("connect.address", address="https://box.example/api/v1", key=KEY, keep=True)
        await tab.settle()
        service.requests.clear()
        again = await Tab(database, other=service).open()
        await again.say("message.send", text="Hello")
        await again.settle()
        assert [request.url.removeprefix(BASE) for request in service.requests] == ["/chat/completions"]
        assert again.texts() == ["Hello", "Half an answer"]

    asyncio.run(run())
