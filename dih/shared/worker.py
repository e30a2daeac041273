"""The worker: does what the outbox holds and runs the rooms' timed jobs, until it is asked to stop."""

from __future__ import annotations

import datetime as dt
import signal
import threading
from collections.abc import Sequence

import structlog
from sqlalchemy import text

from dih.extensions.database import db
from dih.shared import clock, outbox
from dih.shared.jobs import Job
from dih.shared.unit_of_work import unit_of_work

log = structlog.get_logger()

PAUSE_SECONDS = 1.0


def refresh_statistics(now: dt.datetime) -> None:
    """Tells SQLite's planner how the rows lie, from a sample of each index; PostgreSQL does so by itself."""
    if db.engine.dialect.name == "sqlite":
        with unit_of_work():
            db.session.execute(text("PRAGMA analysis_limit = 1000"))
            db.session.execute(text("ANALYZE"))


STATISTICS = Job("statistics", 24 * 3600, refresh_statistics)


def run(jobs: Sequence[Job]) -> None:
    """Works until SIGTERM or SIGINT; finishes what it has begun."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    due = dict.fromkeys([*jobs, STATISTICS], clock.now())
    log.info("worker started", jobs=len(due))
    while not stop.is_set():
        busy = run_once(due)
        if not busy:
            stop.wait(PAUSE_SECONDS)
    log.info("worker stopped")


def run_once(due: dict[Job, dt.datetime]) -> int:
    """Runs the jobs that are due and one batch of the outbox; returns how many outbox items were taken."""
    for job, moment in due.items():
        now = clock.now()
        if moment <= now:
            _run_job(job, now)
            due[job] = now + dt.timedelta(seconds=job.seconds)
    try:
        return outbox.work(clock.now)
    except Exception:
        log.exception("the outbox could not be read")
        return 0
    finally:
        db.session.remove()


def _run_job(job: Job, now: dt.datetime) -> None:
    try:
        job.run(now)
    except Exception:
        log.exception("job failed", job=job.name)
    finally:
        db.session.remove()
