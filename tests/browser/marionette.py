"""Firefox by its own remote protocol, for browsers that Playwright does not drive. Knows the wire, not the room.

https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html: JSON messages with their length before
them, the commands of WebDriver inside.
"""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER = "\ue007"
START_S = 60
ANSWER_S = 60

# Nothing of Mozilla's is to be asked, and nothing to be shown first.
PREFERENCES = {
    "marionette.port": 0,
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
}


class Firefox:
    """A headless Firefox with a profile of its own: `with Firefox("/usr/bin/firefox-esr") as browser: …`."""

    def __init__(self, executable: str) -> None:
        self._executable = executable
        self._folder = tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True)
        self._number = 0

    def __enter__(self) -> Self:
        profile = Path(self._folder.name)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [self._executable, "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._socket = socket.create_connection(("127.0.0.1", self._port(profile / "MarionetteActivePort")), ANSWER_S)
        self._wire = self._socket.makefile("rb")
        self._receive()
        self._command("WebDriver:NewSession", capabilities={})
        return self

    def __exit__(self, *exc: object) -> None:
        self._wire.close()
        self._socket.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()

    def go(self, url: str) -> None:
        self._command("WebDriver:Navigate", url=url)

    def run(self, expression: str) -> Any:
        """The value of an expression of the page, or of what it promises."""
        return self._command("WebDriver:ExecuteScript", script=f"return ({expression});", args=[])["value"]

    def click(self, path: str) -> None:
        """Click what an XPath names."""
        self._command("WebDriver:ElementClick", id=self._element(path))

    def type(self, path: str, text: str) -> None:
        self._command("WebDriver:ElementSendKeys", id=self._element(path), text=text)

    def _element(self, path: str) -> str:
        return self._command("WebDriver:FindElement", using="xpath", value=path)["value"][ELEMENT]

    def _port(self, told: Path) -> int:
        """Firefox writes the port that it took into its profile; whoever starts it can only look again and again."""
        until = time.monotonic() + START_S
        while time.monotonic() < until and self._process.poll() is None:
            text = told.read_text(encoding="ascii").strip() if told.exists() else ""
            if text:
                return int(text)
            time.sleep(0.05)
        self._process.kill()
        raise RuntimeError("Firefox did not start.")

    def _command(self, name: str, **parameters: Any) -> Any:
        self._number += 1
        data = json.dumps([0, self._number, name, parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(data), data))
        _, _, error, result = self._receive()
        if error:
            raise RuntimeError(f"{name}: {error['error']}: {error['message']}")
        return result

    def _receive(self) -> Any:
        digits = b""
        while (byte := self._wire.read(1)) not in (b":", b""):
            digits += byte
        return json.loads(self._wire.read(int(digits)))
