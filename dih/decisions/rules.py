"""Pure decisions of the meeting: where the money ends, what the votes carry, who sits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from dih.decisions.vocabulary import VOTES, Voice
from dih.shared.errors import BrokenRule, Problem
from dih.shared.wording import N_, Text

VOTE = "vote_"
"""Names of fields: the vote of a member, by the person's id."""
MOST_FILES = 5
FILE_KINDS = ("pdf", "docx", "xlsx", "jpg", "png")
MEGABYTES = 10
"""Files of an appeal: how many, of which kinds, and how large each may be (MB of 1,000,000 bytes)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one application asks of each line, in cents."""

    application_id: int
    by_line: dict[int, int]


def money_line(asked_in_order: Sequence[Asked], free_by_line: dict[int, int]) -> set[int]:
    """The applications that the money reaches, in order; one that does not fit is passed over, a later may fit."""
    left = dict(free_by_line)
    reached = set()
    for asked in asked_in_order:
        if all(left.get(line, 0) >= cents for line, cents in asked.by_line.items()):
            for line, cents in asked.by_line.items():
                left[line] -= cents
            reached.add(asked.application_id)
    return reached


@dataclass(frozen=True, slots=True)
class Trial:
    """Sums that a manager tries, in cents: what is free, by line, and what is given to applications, by id."""

    free: Mapping[int, int] = field(default_factory=dict)
    given: Mapping[int, int] = field(default_factory=dict)

    def at(self, asked: Asked) -> Asked:
        """What an application takes in this trial: as asked, or another sum divided among its lines like the first."""
        if asked.application_id not in self.given:
            return asked
        return Asked(asked.application_id, in_proportion(asked.by_line, self.given[asked.application_id]))


def in_proportion(by_line: Mapping[int, int], cents: int) -> dict[int, int]:
    """`cents` divided among lines like what is asked of them; exact to the cent."""
    whole, left, parts = sum(by_line.values()), cents, {}
    for line, asked in sorted(by_line.items()):
        parts[line] = left * asked // whole if whole else 0
        left, whole = left - parts[line], whole - asked
    return parts


def left_over(asked: Sequence[Asked], reached: Collection[int], free_by_line: Mapping[int, int]) -> dict[int, int]:
    """What stays free on each line once those that the money reaches have theirs."""
    left = dict(free_by_line)
    for one in asked:
        if one.application_id in reached:
            for line, cents in one.by_line.items():
                left[line] -= cents
    return left


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody present, and whether a conflict with the application at hand keeps this person out."""

    person_id: int
    name: str
    out: bool


def voices(members: Sequence[Member], votes: Mapping[int, Voice] | None) -> dict[int, Voice]:
    """What each member had to do with a decision; `votes` by person, None where nobody is asked to vote.

    Raises BrokenRule when nobody is left who may decide, when a vote lacks, and when the votes do not carry it.
    """
    able = [one for one in members if not one.out]
    if not able:
        raise BrokenRule.because(N_("Everybody present is in conflict of interest. Nobody is left who may decide."))
    out = {one.person_id: Voice.OUT for one in members if one.out}
    if votes is None:
        return {**out, **{one.person_id: Voice.TOOK_PART for one in able}}
    silent = [one for one in able if votes.get(one.person_id) not in VOTES]
    if silent:
        words = N_("Say how %(name)s votes.")
        raise BrokenRule(*(Problem(f"{VOTE}{one.person_id}", Text(words, {"name": one.name})) for one in silent))
    cast = {one.person_id: votes[one.person_id] for one in able}
    counted = list(cast.values())
    if counted.count(Voice.FOR) <= counted.count(Voice.AGAINST):
        raise BrokenRule.because(
            N_("The votes do not carry this decision: %(ayes)s for, %(noes)s against."),
            ayes=counted.count(Voice.FOR),
            noes=counted.count(Voice.AGAINST),
        )
    return {**out, **cast}


def check_present(
    present: Collection[int], chair_id: int | None, staff: Collection[int], leads: Collection[int]
) -> None:
    """Raises BrokenRule: nobody present, somebody who is not of the staff, a chair who is absent or may not decide."""
    problems = []
    if not present:
        problems.append(Problem("present", Text(N_("Choose who is present."))))
    elif not set(present) <= set(staff):
        problems.append(Problem("present", Text(N_("Choose people from the list."))))
    if chair_id is None or chair_id not in present:
        problems.append(Problem("chair", Text(N_("Choose a chair among those present."))))
    elif chair_id not in leads:
        problems.append(Problem("chair", Text(N_("The chair is a hub manager: only who may decide closes a meeting."))))
    if problems:
        raise BrokenRule(*problems)
