"""Real processes that do something at the same moment, each with an application of its own on one database."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.support.race_ground"])
PATIENCE = 60
"""Seconds after which a process that does not answer has failed."""


@dataclass(frozen=True)
class Deed:
    """What one process does: a function that can be imported by name, and its arguments."""

    call: Callable[..., Any]
    arguments: tuple[Any, ...]
    in_unit: bool


def deed(call: Callable[..., Any], *arguments: Any) -> Deed:
    """An operation, in a unit of work."""
    return Deed(call, arguments, in_unit=True)


def job(call: Callable[..., Any], *arguments: Any) -> Deed:
    """A job or a function that opens its units of work itself."""
    return Deed(call, arguments, in_unit=False)


def together(address: str, *deeds: Deed) -> list[str]:
    """Does all at once; returns for each in order "done" or the name of the refusal that it met.

    Raises RuntimeError with its words for any other error.
    """
    start = _PROCESSES.Barrier(len(deeds))
    running = []
    for one in deeds:
        here, there = _PROCESSES.Pipe(duplex=False)
        process = _PROCESSES.Process(target=_run, args=(address, one, start, there), daemon=True)
        process.start()
        there.close()
        running.append((process, here))
    answers = []
    for process, here in running:
        assert here.poll(PATIENCE), "a process in the race does not answer"
        answers.append(here.recv())
        process.join(PATIENCE)
    if broken := [answer for answer in answers if not answer.isidentifier()]:
        raise RuntimeError("\n".join(broken))
    return answers


def _run(address: str, what: Deed, start: Barrier, answer: Connection) -> None:
    from dih.factory import create_app
    from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
    from dih.shared.unit_of_work import unit_of_work
    from tests.support.settings import FOR_TESTS

    os.environ["DATABASE_URL"] = address
    try:
        with create_app({**FOR_TESTS, "SQLALCHEMY_DATABASE_URI": address}).app_context():
            start.wait(PATIENCE)
            try:
                with unit_of_work() if what.in_unit else nullcontext():
                    what.call(*what.arguments)
                said = "done"
            except (BrokenRule, Forbidden, NotFound, Stale) as refusal:
                said = type(refusal).__name__
    except Exception as error:
        start.abort()
        said = f"{type(error).__name__}: {error}"
    answer.send(said)
