"""Who fits what."""

from __future__ import annotations

import pytest

from dih.reviews.rules.affinity import Competence, Subject, affinity, cost_of_load
from dih.reviews.vocabulary import Spread

SUBJECT = Subject("manufacturing", {"robotics", "cybersecurity"}, {"cloud"})


@pytest.mark.parametrize(
    ("competence", "expected"),
    [
        (Competence(languages=["en"]), 1000),
        (Competence(), 2000),
        (Competence(sectors=["manufacturing"]), 5000),
        (Competence(areas=["robotics"]), 3250),
        (Competence(areas=["robotics", "cybersecurity"], technologies=["cloud"]), 7000),
        (Competence(["manufacturing"], ["robotics", "cybersecurity"], ["cloud", "bi_tools"], ["ro"]), 10_000),
    ],
)
def test_each_part_counts(competence: Competence, expected: int) -> None:
    assert affinity(SUBJECT, competence) == expected


def test_an_application_without_services_is_no_fault() -> None:
    assert affinity(Subject(""), Competence(["manufacturing"], ["robotics"], ["cloud"])) == 2000


def test_the_cost_of_load_is_convex_and_within_the_solvers_limits() -> None:
    assert cost_of_load(Spread.NONE, 9) == []
    assert cost_of_load(Spread.LIGHT, 4) == [0, 200, 400, 600]
    assert cost_of_load(Spread.STRONG, 13)[-3:] == [10_000, 10_000, 10_000]
