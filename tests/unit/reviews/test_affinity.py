"""Who fits what."""

from __future__ import annotations

import pytest

from dih.reviews.rules.affinity import Competence, Subject, affinity

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
