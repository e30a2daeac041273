"""What is measured, wrapped: each answer says how many statements it sent to the database and what it took.

`X-Queries` counts statements without BEGIN, COMMIT and savepoints; `X-Processor-Ms` is processor time of the thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

_COUNT = threading.local()


@event.listens_for(Engine, "before_cursor_execute")
def _note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
        _COUNT.queries = getattr(_COUNT, "queries", 0) + 1


def platform() -> Callable[..., Iterable[bytes]]:
    """The platform as `make serve` runs it, for gunicorn."""
    from wsgi import app

    return counting(app)


def bare() -> Callable[..., Iterable[bytes]]:
    """The bare page, for gunicorn."""
    from bench.bare import bare as smallest

    return counting(smallest())


def counting(app: Flask) -> Callable[..., Iterable[bytes]]:
    """The application with the two headers on each answer."""
    whole: Callable[..., Iterable[bytes]] = app.wsgi_app

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        _COUNT.queries, began = 0, time.thread_time()
        kept: list[Any] = []

        def keep(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            kept[:] = [status, headers]

        pieces = whole(environ, keep)
        body = list(pieces)
        if hasattr(pieces, "close"):
            pieces.close()
        spent = (time.thread_time() - began) * 1000
        start_response(kept[0], [*kept[1], ("X-Queries", str(_COUNT.queries)), ("X-Processor-Ms", f"{spent:.2f}")])
        return body

    return answer
