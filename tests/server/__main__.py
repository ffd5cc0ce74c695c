"""`python -m tests.server --port 8080`: the practice server alone, until interrupted."""

from __future__ import annotations

import argparse
import threading

from inglenook.practice import Pace

from .http import PracticeServer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tokens-per-s", type=float, default=60)
    parser.add_argument("--first-token-ms", type=int, default=250)
    options = parser.parse_args()
    with PracticeServer(options.port, pace=Pace(options.tokens_per_s, options.first_token_ms)) as server:
        print(server.base, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
