"""Real processes that do something at the same moment, each with an application of its own on one database."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from typing import Any

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.support.race_ground", "tests.support.paying", "pytest", "stripe"])
STARTING = 60
"""Seconds within which all processes are ready."""


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
    """Does all at once; returns for each in order "done" or the name of the refusal that it met."""
    return [answer.partition(":")[0] for (answer,) in queues(address, *([one] for one in deeds))]


def queues(address: str, *lists: Sequence[Deed], patience: float = 60) -> list[list[str]]:
    """Starts a process for each list, which does its deeds one after the other; all begin at once.

    Returns for each deed "done", or the name of the refusal and its words. Raises RuntimeError with the words of any
    other error, and AssertionError when a process does not answer within `patience` seconds.
    """
    return timed(address, *lists, patience=patience)[0]


def timed(address: str, *lists: Sequence[Deed], before: int = 0, patience: float = 60) -> tuple[list[list[str]], float]:
    """`queues`, and the seconds from the common start to the last answer.

    The first `before` deeds of each list are done earlier, so that each process has warmed up.
    """
    start = _PROCESSES.Barrier(len(lists) + 1)
    running = []
    for deeds in lists:
        here, there = _PROCESSES.Pipe(duplex=False)
        process = _PROCESSES.Process(target=_run, args=(address, deeds, before, start, there), daemon=True)
        process.start()
        there.close()
        running.append((process, here))
    with suppress(BrokenBarrierError):
        start.wait(STARTING)
    began = time.perf_counter()
    answers = []
    for process, here in running:
        assert here.poll(patience), "a process in the race does not answer"
        answers.append(here.recv())
        process.join(patience)
    took = time.perf_counter() - began
    if broken := [answer for answer in answers if isinstance(answer, str)]:
        raise RuntimeError("\n".join(broken))
    return answers, took


def _run(address: str, deeds: Sequence[Deed], before: int, start: Barrier, answer: Connection) -> None:
    from tests.support.race_ground import on

    try:
        with on(address).app_context():
            said: list[str] | str = [_do(one) for one in deeds[:before]]
            start.wait(STARTING)
            said += [_do(one) for one in deeds[before:]]
    except Exception as error:
        start.abort()
        said = f"{type(error).__name__}: {error}"
    answer.send(said)


def _do(what: Deed) -> str:
    from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
    from dih.shared.unit_of_work import unit_of_work

    try:
        with unit_of_work() if what.in_unit else nullcontext():
            what.call(*what.arguments)
    except (BrokenRule, Forbidden, NotFound, Stale) as refusal:
        return f"{type(refusal).__name__}: {refusal}"
    return "done"
