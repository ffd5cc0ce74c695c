"""The practice router behind real HTTP on loopback, with faults on request. For tests and benches only."""

import sys
from pathlib import Path

# Run as `python -m tests.server` nothing has put the sources on the path yet.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "pysrc"))

from .faults import Fault, Faults
from .http import PracticeServer
from .record import Seen

__all__ = ["Fault", "Faults", "PracticeServer", "Seen"]
