"""An assignment problem as bytes, with the ids of its rows and columns: what a plan keeps of what was solved.

The bytes are an NPZ file that `flask reviews solve` reads as it is.
"""

import io
from dataclasses import dataclass, replace

import numpy as np

from dih.reviews.assignment.problem import Ints, Matrix, Pairs, Problem, problem


@dataclass(frozen=True)
class Task:
    """A problem whose rows are these applications and whose columns are these people, by id."""

    applications: list[int]
    people: list[int]
    problem: Problem

    def as_bytes(self) -> bytes:
        """The task as an NPZ file."""
        file = io.BytesIO()
        np.savez_compressed(
            file,
            aff=self.problem.aff.astype(np.int16),
            coi=self.problem.coi,
            load=self.problem.load,
            k=self.problem.need,
            floor=self.problem.floor,
            most_floor=self.problem.most_floor,
            load_cost=self.problem.load_cost,
            applications=np.array(self.applications, np.int64),
            reviewers=np.array(self.people, np.int64),
        )
        return file.getvalue()

    def same(self, other: "Task") -> bool:
        """Whether both ask the same: people, applications, fits, conflicts, room and reviews wanted, own floors.

        The floor and the cost of load are the maker's choice, not facts.
        """
        mine, theirs = self.problem, other.problem
        return (
            self.applications == other.applications
            and self.people == other.people
            and np.array_equal(mine.aff, theirs.aff)
            and np.array_equal(mine.coi, theirs.coi)
            and np.array_equal(mine.load, theirs.load)
            and np.array_equal(mine.need, theirs.need)
            and np.array_equal(mine.most_floor, theirs.most_floor)
        )

    def with_people(self, people: list[int], aff: Matrix, load: Ints) -> "Task":
        """The task with more columns: these people, how well they suit (n x people) and what they can take."""
        old = self.problem
        more = np.zeros(aff.shape, bool)
        wider = replace(
            old, aff=np.hstack([old.aff, aff]), coi=np.hstack([old.coi, more]), load=np.concatenate([old.load, load])
        )
        return Task(self.applications, [*self.people, *people], wider)

    def without(self, applications: set[int]) -> "Task":
        """The task with fewer rows: those of these applications are left out."""
        keep = np.array([one not in applications for one in self.applications], bool)
        old = self.problem
        narrower = replace(
            old,
            aff=old.aff[keep],
            coi=old.coi[keep],
            need=old.need[keep],
            floor=old.floor[keep],
            most_floor=old.most_floor[keep],
        )
        return Task([one for one in self.applications if one not in applications], self.people, narrower)

    def chosen(self, pairs: list[tuple[int, int]]) -> Pairs:
        """The plan (n x m) that consists of these pairs of ids; ids that the task does not know are left out."""
        row = {one: index for index, one in enumerate(self.applications)}
        column = {one: index for index, one in enumerate(self.people)}
        table = np.zeros(self.problem.shape, bool)
        for application, person in pairs:
            if application in row and person in column:
                table[row[application], column[person]] = True
        return table


def task_of(stored: bytes) -> Task:
    """The task that `as_bytes` made these bytes of."""
    with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
        read = problem(
            arrays["aff"],
            arrays["coi"],
            arrays["load"],
            arrays["k"],
            load_cost=arrays["load_cost"],
            most_floor=arrays["most_floor"],
        ).at_floor(arrays["floor"])
        return Task(arrays["applications"].tolist(), arrays["reviewers"].tolist(), read)
