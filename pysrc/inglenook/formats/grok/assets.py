"""Files of a Grok export, by the ids under which responses name them.

This file knows `prod-mc-asset-server/<id>/content`, files without a name and an
ending, and where the site keeps those that an export lacks. It never learns who
names them.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from inglenook.formats.reading.attach import Attached
from inglenook.formats.reading.document import Document
from inglenook.formats.reading.draft import Draft

_FOLDER: Final = "prod-mc-asset-server"
_SITE: Final = "https://assets.grok.com/"


class Assets:
    """The files beside a document. Looked up when first asked for."""

    def __init__(self, document: Document) -> None:
        self._beside = document.beside

    @cached_property
    def _by_id(self) -> dict[str, Document]:
        found: dict[str, Document] = {}
        for document in self._beside:
            # The name may have two slashes in a row.
            path = [step for step in document.name.replace("\\", "/").split("/") if step]
            if len(path) > 2 and path[-1] == "content" and path[-3] == _FOLDER:
                found.setdefault(path[-2], document)
        return found

    def attach(self, draft: Draft, *names: str, kind: str = "", name: str = "", media_type: str = "") -> Attached:
        """A part for the file of one of these ids or addresses; without its bytes, a link or its name."""
        for one in names:
            for step in one.split("/"):
                if step in self._by_id:
                    return draft.attach(self._by_id[step], kind=kind, name=name or step, media_type=media_type)
        address = next((one for one in names if one.startswith(("http://", "https://", "data:"))), None)
        path = next((one for one in names if re.match(r"users/\S+$", one)), "")
        source = address or (_SITE + path if path else None)
        return draft.attach(source, kind=kind, name=name or (next(filter(None, names), "") if not source else ""))
