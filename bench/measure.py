"""Measures pages on several sizes at once, each beside the bare page, so that a busy machine slows all alike."""

from __future__ import annotations

import gc
import logging
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import create_engine

from bench import pages
from bench.visitor import Answer, Visitor

SUBMISSIONS = 8
WARM = 3


@dataclass(slots=True, repr=False)
class Cost:
    """What a page cost each time it was fetched."""

    walls: list[float] = field(default_factory=list)
    processors: list[float] = field(default_factory=list)
    queries: set[int] = field(default_factory=set)

    def add(self, answer: Answer) -> None:
        """Notes one answer."""
        self.walls.append(answer.wall_ms)
        self.processors.append(answer.processor_ms)
        self.queries.add(answer.queries)

    def __repr__(self) -> str:
        return f"{self.wall:.1f} ms, {self.processor:.1f} of processor, {sorted(self.queries)} queries"

    @property
    def wall(self) -> float:
        """The median in milliseconds."""
        return statistics.median(self.walls)

    @property
    def processor(self) -> float:
        """The median in milliseconds."""
        return statistics.median(self.processors)


@dataclass(frozen=True, slots=True)
class Measured:
    """A page, its kind, and its cost by size; `bare` is what the bare page took in the same moments."""

    name: str
    kind: str
    bare: Cost
    by_size: Mapping[int, Cost]


class Site:
    """The platform with one size of data."""

    def __init__(self, address: str, port: int, password: str) -> None:
        self.port, self.password = port, password
        engine = create_engine(address)
        with engine.connect() as connection:
            self.visits = pages.visits(connection)
            self.submission = pages.to_submit(connection)
        engine.dispose()
        self.visitors: dict[str, Visitor] = {"": Visitor(port)}

    def visitor(self, reader: str) -> Visitor:
        """The reader's browser, signed in at the first use."""
        if reader not in self.visitors:
            self.visitors[reader] = Visitor(self.port)
            self.visitors[reader].sign_in(reader, self.password)
        return self.visitors[reader]

    def fetch(self, number: int) -> Answer:
        """One of the visits; raises RuntimeError unless it shows its page."""
        visit = self.visits[number]
        answer = self.visitor(visit.reader).get(visit.path)
        if answer.status != 200:
            raise RuntimeError(f"{visit.name}: {visit.path} answers {answer.status} {answer.location}")
        return answer

    def submit_again(self) -> Answer:
        """Opens a submission again and submits it; returns the answer to the submitting."""
        found, owner, declared = self.submission
        visitor = self.visitor(owner)
        visitor.get(f"/applications/{found}/reopen")
        if (answer := visitor.post(f"/applications/{found}/reopen", {})).status != 302:
            raise RuntimeError(f"reopening answers {answer.status}")
        visitor.get(f"/applications/{found}/check")
        answer = visitor.post(f"/applications/{found}/submit", {"declared": declared})
        if answer.status != 302:
            raise RuntimeError(f"submitting answers {answer.status}")
        return answer


def measure(bare_port: int, sites: Mapping[int, Site], rounds: int) -> list[Measured]:
    """The pages in their order, then the submission. Sizes and the bare page take turns within each round."""
    bare_page = Visitor(bare_port)
    first = next(iter(sites.values()))
    found = []
    for number, visit in enumerate(first.visits):
        for _ in range(WARM):
            _turn(bare_page, sites, number)
        gc.collect()
        turns = [_turn(bare_page, sites, number) for _ in range(rounds)]
        found.append(_gather(visit.name, visit.kind, sites, turns))
        logging.info("%s", found[-1])
    submitting = []
    for number in range(SUBMISSIONS + 1):
        turn = bare_page.get("/"), {size: site.submit_again() for size, site in sites.items()}
        if number:
            submitting.append(turn)
    return [*found, _gather("submitting", "submission", sites, submitting)]


Turn = tuple[Answer, dict[int, Answer]]


def _turn(bare_page: Visitor, sites: Mapping[int, Site], number: int) -> Turn:
    return bare_page.get("/"), {size: site.fetch(number) for size, site in sites.items()}


def _gather(name: str, kind: str, sites: Mapping[int, Site], turns: Sequence[Turn]) -> Measured:
    measured = Measured(name, kind, Cost(), {size: Cost() for size in sites})
    for bare, answers in turns:
        measured.bare.add(bare)
        for size, answer in answers.items():
            measured.by_size[size].add(answer)
    return measured
