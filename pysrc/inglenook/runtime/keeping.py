"""Keeping: what the application saves and reads, given to the store and told to the other tabs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from inglenook.app import effects
from inglenook.app.messages import (
    Attached,
    Changed,
    Conflicted,
    LevelsLoaded,
    Saved,
    SaveFailed,
    StorageKnown,
    SummariesLoaded,
    ThreadLoaded,
)
from inglenook.app.state import Attachment, Problem, Storage
from inglenook.core.errors import BadFile, InglenookError
from inglenook.core.ledger import size
from inglenook.ports import Clock, Files, Keeper, StaleRevision, Tabs

MOST_ATTACHED = 32 << 20


class Keeping:
    """Performs the effects that read and write what lasts."""

    def __init__(self, keeper: Keeper, tabs: Tabs, files: Files, clock: Clock, dispatch: Callable[[Any], None]) -> None:
        self._keeper = keeper
        self._tabs = tabs
        self._files = files
        self._clock = clock
        self._dispatch = dispatch
        self.handles: dict[int, Any] = {}
        """Files of the page by number, until they are read."""

    def performers(self) -> dict[type, Callable]:
        return {
            effects.LoadStart: self.start,
            effects.LoadThread: self.thread,
            effects.LoadSummaries: self.summaries,
            effects.Save: self.save,
            effects.MarkDeleted: self.mark_deleted,
            effects.DeleteForever: self.delete_forever,
            effects.SaveSetting: self.setting,
            effects.SaveConnection: self.connection,
            effects.LoadLevels: self.levels,
            effects.ForgetConnection: self.forget_connection,
            effects.SaveDraft: self.draft,
            effects.DropDrafts: self.drop_drafts,
            effects.Attach: self.attach,
            effects.MeasureStorage: self.measure,
        }

    async def start(self, effect: effects.LoadStart) -> None:
        started = await self._keeper.start(await self._tabs.held())
        self._tabs.listen(lambda ids: self._dispatch(Changed(ids)))
        self._dispatch(started)

    async def thread(self, effect: effects.LoadThread) -> None:
        try:
            conversation, revision = await self._keeper.load_thread(effect.id)
        except InglenookError:
            self._dispatch(ThreadLoaded(effect.id, None))
            raise
        self._dispatch(ThreadLoaded(effect.id, conversation, revision))

    async def summaries(self, effect: effects.LoadSummaries) -> None:
        self._dispatch(SummariesLoaded(effect.ids, await self._keeper.summaries(effect.ids)))

    async def save(self, effect: effects.Save) -> None:
        id = effect.conversation.id
        try:
            revision = await self._keeper.save(effect.conversation, effect.revision, effect.drop_drafts)
        except StaleRevision as stale:
            self._dispatch(Conflicted(id, stale.conversation, stale.revision))
        except InglenookError as error:
            self._dispatch(SaveFailed(id, error))
        else:
            self._tabs.tell((id,))
            self._dispatch(Saved(id, effect.conversation, revision))

    async def mark_deleted(self, effect: effects.MarkDeleted) -> None:
        await self._keeper.mark_deleted(effect.id, effect.deleted_ms)
        self._tabs.tell((effect.id,))

    async def delete_forever(self, effect: effects.DeleteForever) -> None:
        await self._keeper.delete_forever(effect.ids)
        self._tabs.tell(effect.ids)

    async def setting(self, effect: effects.SaveSetting) -> None:
        await self._keeper.put_setting(effect.name, effect.value)

    async def connection(self, effect: effects.SaveConnection) -> None:
        await self._keeper.put_connection(effect.connection)
        self._tabs.tell(())

    async def levels(self, effect: effects.LoadLevels) -> None:
        self._dispatch(LevelsLoaded(await self._keeper.connections(), effect.since))

    async def forget_connection(self, effect: effects.ForgetConnection) -> None:
        await self._keeper.remove_connection(effect.id)

    async def draft(self, effect: effects.SaveDraft) -> None:
        await self._keeper.put_draft(effect.conversation_id, effect.message, self._clock.now_ms())

    async def drop_drafts(self, effect: effects.DropDrafts) -> None:
        await self._keeper.drop_drafts(effect.ids)

    async def attach(self, effect: effects.Attach) -> None:
        """Store the bytes of files for the message being written."""
        taken, problems = [], []
        for file in effect.files:
            try:
                taken.append(await self._attach(file))
            except InglenookError as error:
                problems.append(Problem(str(file.get("name") or "file"), str(error)))
            finally:
                self._files.forget(file)
        self._dispatch(Attached(tuple(taken), tuple(problems)))

    async def _attach(self, file: dict[str, Any]) -> Attachment:
        if file["size"] > MOST_ATTACHED:
            raise BadFile(
                f"It is larger than {size(MOST_ATTACHED)}, which no model takes.", advice="Attach a smaller file."
            )
        with self._files.open(file) as opened:
            data = opened.read()
        sha256 = hashlib.sha256(data).hexdigest()
        media_type = file["media_type"] or "application/octet-stream"
        await self._keeper.put_blob(sha256, data, media_type)
        return Attachment(sha256, file["name"][:200] or "file", media_type, len(data))

    async def measure(self, effect: effects.MeasureStorage) -> None:
        self._dispatch(StorageKnown(Storage(**await self._keeper.estimate())))
