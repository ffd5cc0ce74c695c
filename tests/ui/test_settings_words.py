"""What the settings say of the content security policy is what the page's policy does."""

from __future__ import annotations

import re
from pathlib import Path

from inglenook.ui.settings import REACHABLE

PAGE = (Path(__file__).parents[2] / "web/index.html").read_text("utf-8")
POLICY = {
    name: set(sources)
    for name, *sources in (
        directive.split() for directive in re.findall(r'Content-Security-Policy" content="([^"]+)"', PAGE)[0].split(";")
    )
}
OWN = {"'self'"}


def test_every_sentence_is_about_what_the_policy_names():
    assert [words.partition(":")[0] for words in REACHABLE] == [
        "Requests",
        "Scripts, styles, fonts",
        "Pictures",
        "Frames, plug-ins, forms to other sites",
    ]
    assert set(POLICY) == {
        "default-src", "script-src", "worker-src", "style-src", "style-src-attr", "font-src", "img-src", "connect-src",
        "manifest-src", "base-uri", "form-action",
    }  # fmt: skip


def test_requests_go_where_the_words_say():
    service, loopback = "https://openrouter.ai", {"http://127.0.0.1:*", "http://localhost:*"}
    assert POLICY["connect-src"] == {*OWN, service, *loopback, "__CONNECT__"}


def test_nothing_foreign_is_run_or_drawn():
    # WebAssembly is compiled, which is how Python runs; the hash is that of the one script in the page itself.
    assert POLICY["script-src"] == {*OWN, "'wasm-unsafe-eval'", "__EARLY_HASH__"}
    assert POLICY["style-src"] == POLICY["font-src"] == POLICY["manifest-src"] == OWN
    assert POLICY["worker-src"] == {*OWN, "blob:"}
    assert POLICY["img-src"] == {*OWN, "data:", "blob:"}


def test_what_is_not_named_is_forbidden():
    assert POLICY["default-src"] == POLICY["base-uri"] == POLICY["form-action"] == {"'none'"}
    assert not POLICY.keys() & {"frame-src", "object-src", "media-src", "child-src"}
