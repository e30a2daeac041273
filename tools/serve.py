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

    faults = config.unsafe_for_production() or unfit_database()
    if faults:
        sys.exit("Not started:\n" + "\n".join(f"  {fault}" for fault in faults))
    host, port = os.environ.get("HOST") or "0.0.0.0", int(os.environ.get("PORT") or 5000)  # noqa: S104
    processes = int(os.environ.get("WEB_PROCESSES") or 2 * (os.cpu_count() or 1) + 1)
    must_be_free(host, port)

    def say() -> None:
        print(f"Serving on {host}:{port} with {processes} processes, and a worker.", flush=True)
        if processes > 1 and not os.environ.get("REDIS_URL"):
            print("REDIS_URL is not set: each process counts rate limits for itself (docs/operations.md).", flush=True)

    supervise({"web server": web(f"{host}:{port}", processes, 4), "worker": worker()}, {}, say)


def unfit_database() -> list[str]:
    """Why the platform must not be served from the database; empty when nothing stands in the way."""
    from sqlalchemy import select
    from sqlalchemy.exc import DBAPIError

    from dih.accounts.models import Person
    from dih.extensions.database import db
    from dih.factory import create_app

    with create_app().app_context():
        try:
            demo = db.session.scalar(select(Person.email).where(Person.email.endswith(".test"), Person.active).limit(1))
        except DBAPIError as error:
            return [f"DATABASE_URL: the database cannot be read ({error.orig}). Is it there, and migrated?"]
        finally:
            db.session.remove()
            db.engine.dispose()
    if demo is None:
        return []
    return [f"The database holds accounts of the demo ({demo}), whose password everybody knows: use one without them."]


if __name__ == "__main__":
    main()
