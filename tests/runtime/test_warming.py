from inglenook.adapters.memory.world import ManualClock
from inglenook.core.schema import dump_conversation, load_conversation
from inglenook.runtime import warming


def test_warming_up_waits_comes_in_turns_and_ends(monkeypatch):
    rebuilt = []
    monkeypatch.setattr(warming, "load_conversation", lambda text, ours: rebuilt.append(text))
    clock = ManualClock()
    warming.warm_up(clock)
    clock.advance(warming.AFTER_MS - 1)
    assert rebuilt == []
    clock.advance(1)
    assert len(rebuilt) == 1
    clock.advance(60_000)
    assert len(rebuilt) == warming.TURNS


def test_what_is_rebuilt_is_whole():
    conversation = warming.made_up()
    assert len(conversation.messages) == warming.MESSAGES
    assert load_conversation(dump_conversation(conversation), ours=True) == conversation
