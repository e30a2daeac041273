"""What must hold between the parts of a call: keys, reviews, the length of the check, one money rule for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from dih.aid.vocabulary import SIZE_LABELS
from dih.calls.conditions import StaffCheck
from dih.calls.typed import problem, repeated, unknown
from dih.calls.vocabulary import CallMethod
from dih.organisations.vocabulary import LEGAL_NATURE_LABELS
from dih.shared.errors import Problem
from dih.shared.wording import N_, Text

if TYPE_CHECKING:
    from dih.calls.content import CallContent

MAX_CHECK_QUESTIONS = 6
MOST_GROUPS_NAMED = 5
"""How many groups of applicants without exactly one money rule are named at once."""


def faults(content: CallContent) -> Iterator[Problem]:
    """All that does not fit together, each at the field of the content where it can be put right."""
    yield from _keys(content)
    yield from _reviews(content)
    yield from _check(content)
    yield from islice(_money(content), MOST_GROUPS_NAMED)


def _keys(content: CallContent) -> Iterator[Problem]:
    for field in ("services", "budget_lines"):
        yield from repeated(field, getattr(content, field))
    for field in ("conditions", "sections", "questions", "declarations", "documents"):
        yield from repeated(field, (part.key for part in getattr(content, field)))
    sections = {section.key for section in content.sections}
    yield from unknown("questions", (question.section for question in content.questions), sections)
    empty = sections - {question.section for question in content.questions}
    if empty:
        yield problem("sections", N_("Sections without a question: %(keys)s."), keys=", ".join(sorted(empty)))
    named = (c.check.document for c in content.conditions if isinstance(c.check, StaffCheck) and c.check.document)
    yield from unknown("conditions", named, (document.key for document in content.documents))


def _reviews(content: CallContent) -> Iterator[Problem]:
    reviews = content.reviews_per_application
    if content.method is CallMethod.FIRST_COME and reviews > 1:
        yield problem("reviews_per_application", N_("A call in order of arrival has no review or one."))
    if content.method is CallMethod.RANKED and reviews == 0:
        yield problem("reviews_per_application", N_("A call ranked by reviews needs at least one."))
    if (content.grid is not None) != (reviews > 0):
        yield problem("grid", N_("A call with reviews needs a grid; a call without reviews has none."))


def _check(content: CallContent) -> Iterator[Problem]:
    facts = Counter(condition.check.kind for condition in content.conditions)
    twice = sorted(kind for kind, count in facts.items() if count > 1 and kind not in ("asked", "staff"))
    if twice:
        message = N_("More than one condition is checked by: %(kinds)s. Put them together.")
        yield problem("conditions", message, kinds=", ".join(twice))
    asked = content.questions_in_check
    if asked > MAX_CHECK_QUESTIONS:
        message = N_("The eligibility check would ask %(count)s questions, more than %(most)s.")
        yield problem("conditions", message, count=asked, most=MAX_CHECK_QUESTIONS)


def _money(content: CallContent) -> Iterator[Problem]:
    for nature, activity, size in content.facts_let_in():
        fitting = sum(rule.covers(nature, activity, size) for rule in content.money)
        if fitting != 1:
            yield problem(
                "money",
                N_("%(nature)s, %(activity)s, %(size)s: %(count)s money rules fit instead of one."),
                nature=Text(LEGAL_NATURE_LABELS[nature]),
                activity=Text(N_("with economic activity") if activity else N_("without economic activity")),
                size=Text(SIZE_LABELS[size]),
                count=fitting,
            )
