"""Every way in which something can go wrong, as a tree.

InglenookError
├── OurError        we refuse: bad input, nothing to send to
│   ├── BadFile             a file that cannot be taken in
│   ├── NoConnection        nothing is connected yet
│   ├── NoKey               the connection has no key
│   └── BadAddress          not an address that can be asked
├── TheirError      the API or the network failed
│   ├── Unreachable         no answer: offline, blocked by the browser, wrong host
│   │   └── OutOfReach          this page's own policy forbids the address
│   ├── KeyRejected         401
│   ├── CreditSpent         402
│   ├── Refused             403 and 404: nobody may or can answer
│   ├── RateLimited         429, `wait_s` if the body said so
│   ├── BadRequest          other 4xx
│   ├── ProviderFailed      5xx and errors inside a stream
│   ├── StreamBroken        the stream ended without its end
│   └── NotTheProtocol      an answer that does not speak the API's language
└── StorageError    the browser's database failed
    ├── StorageFull
    ├── StorageBlocked      another tab holds an older or newer version open
    ├── NewerSchema         written by a newer Inglenook
    └── StorageGone         the browser closed or cleared the database

`message` says what is true now; `advice` is one sentence that says what to do;
`detail` is the technical part, folded away. No key and no prompt is ever part of any.
"""

from __future__ import annotations


class InglenookError(Exception):
    advice = ""

    def __init__(self, message: str, *, advice: str | None = None, detail: str = "", code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        if advice is not None:
            self.advice = advice
        self.detail = detail
        self.code = code

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class OurError(InglenookError):
    pass


class BadFile(OurError):
    advice = "Choose another file, or export it again where it came from."


class NoConnection(OurError):
    advice = "Open Settings, Connections and choose where messages go."


class NoKey(OurError):
    advice = "Open Settings, Connections and enter the key again."


class BadAddress(OurError):
    advice = "Give an address such as http://127.0.0.1:11434/v1."


class TheirError(InglenookError):
    pass


class Unreachable(TheirError):
    advice = "Check the network and the address, then retry."


class OutOfReach(Unreachable):
    pass


class KeyRejected(TheirError):
    advice = "Enter the key again in Settings, Connections."


class CreditSpent(TheirError):
    advice = "Add credit to the account or raise the key's limit, then retry."


class Refused(TheirError):
    advice = "Choose another model, or check the account's privacy settings."


class RateLimited(TheirError):
    advice = "Wait a little, then retry."
    wait_s: float | None = None


class BadRequest(TheirError):
    advice = "Choose another model or change the message, then retry."


class ProviderFailed(TheirError):
    advice = "Retry, or choose another model."


class StreamBroken(TheirError):
    advice = "What had arrived is kept. Retry to get a whole answer."


class NotTheProtocol(TheirError):
    advice = "Check that the address speaks the chat completions API, usually ending in /v1."


class StorageError(InglenookError):
    pass


class StorageFull(StorageError):
    advice = "Export what you need, then delete conversations or free space on the device."


class StorageBlocked(StorageError):
    advice = "Close the other tabs of Inglenook, then reload."


class NewerSchema(StorageError):
    advice = "Reload the page to get the newer version."


class StorageGone(StorageError):
    advice = "Reload the page."
