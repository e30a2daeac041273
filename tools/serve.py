"""`make serve`: the platform for production. A web server of several processes and one worker; no demo."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from processes import must_be_free, supervise, web, worker

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Refuses unsafe settings with one line each, then serves until it is stopped."""
    sys.path.insert(0, str(ROOT))
    import config

    faults = config.unsafe_for_production()
    if faults:
        sys.exit("Not started:\n" + "\n".join(f"  {fault}" for fault in faults))
    host, port = os.environ.get("HOST") or "0.0.0.0", int(os.environ.get("PORT") or 5000)  # noqa: S104
    processes = int(os.environ.get("WEB_PROCESSES") or 2 * (os.cpu_count() or 1) + 1)
    must_be_free(host, port)

    def say() -> None:
        print(f"Serving on {host}:{port} with {processes} processes, and a worker.", flush=True)

    supervise({"web server": web(f"{host}:{port}", processes, 4), "worker": worker()}, {}, say)


if __name__ == "__main__":
    main()
