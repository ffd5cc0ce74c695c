import pytest
from inglenook.adapters.unreachable import explain

REMOTE, LOCAL = "https://llm.example/v1/models", "http://127.0.0.1:11434/v1/models"
FACTS = {"online": True, "origin": "https://room.example", "refused": False, "answers": False}


@pytest.mark.parametrize(
    ("url", "changed", "message", "advice"),
    [
        (REMOTE, {}, "llm.example cannot be reached.", "Check the network"),
        (REMOTE, {"answers": None}, "llm.example cannot be reached.", "Check the network"),
        (REMOTE, {"answers": True}, "llm.example answers, but", "allow the origin https://room.example (CORS)"),
        (REMOTE, {"online": False}, "This device is offline.", "Connect it"),
        (REMOTE, {"refused": True}, "may not connect to llm.example", "build.py build --connect https://llm.example"),
        (REMOTE, {"refused": True, "online": False}, "may not connect", "--connect"),
        ("http://llm.example/v1", {}, "over plain http", "https address"),
        (LOCAL, {}, "Nothing answers at 127.0.0.1:11434.", "OLLAMA_ORIGINS=https://room.example"),
        (LOCAL, {"online": False}, "Nothing answers at 127.0.0.1:11434.", "Start the server"),
        (LOCAL, {"answers": True}, "A server runs at 127.0.0.1:11434", "OLLAMA_ORIGINS=https://room.example"),
        (LOCAL, {"refused": True}, "may not connect to 127.0.0.1:11434", "--connect http://127.0.0.1:11434"),
        ("http://localhost:1/v1", {}, "Nothing answers at localhost:1.", "Start the server"),
    ],
)
def test_the_advice_fits_the_likely_cause(url, changed, message, advice):
    error = explain(url, FACTS | changed, "detail")
    assert message in error.message
    assert advice in error.advice
    assert error.detail == "detail"


def test_nothing_known_is_still_an_answer():
    assert explain(REMOTE, {}).message == "llm.example cannot be reached."
