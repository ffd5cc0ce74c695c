"""The world without a browser: every port of `ports.py`, kept in memory.

Used by the tests, and fit for any program that wants the application without
a page. The semantics are those of the browser's adapters; the same suite of
tests runs on both databases.
"""

from inglenook.adapters.memory.database import MemoryDatabase
from inglenook.adapters.memory.transport import ScriptedAnswer, ScriptedTransport
from inglenook.adapters.memory.world import ManualClock, MemoryFiles, MemoryJobs, MemoryPage, MemoryTabs

__all__ = [
    "ManualClock",
    "MemoryDatabase",
    "MemoryFiles",
    "MemoryJobs",
    "MemoryPage",
    "MemoryTabs",
    "ScriptedAnswer",
    "ScriptedTransport",
]
