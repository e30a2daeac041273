"""Whose figures count for the size, and what the size is then."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from dih.aid.related import Relation, public_holders, relations
from dih.aid.size import PublicHolder
from dih.aid.undertakings import Link
from dih.aid.vocabulary import HolderKind, LinkKind, PartyKind, SizeClass
from dih.aid.whole_size import whole_size
from dih.organisations.figures import YearFigures

DAY = dt.date(2026, 11, 23)
BODY = {"City": PartyKind.PUBLIC_BODY}


def votes(holder: str, held: str, percent: str, **days: Any) -> Link:
    return Link(holder, held, LinkKind.VOTES, Decimal(percent), **days)


def controls(holder: str, held: str) -> Link:
    return Link(holder, held, LinkKind.BOARD)


def partner(name: str, percent: str, through: str = "") -> Relation:
    return Relation(name, Decimal(percent), through)


@pytest.mark.parametrize(
    ("links", "found"),
    [
        pytest.param([], [], id="alone"),
        pytest.param([votes("H", "A", "60")], [Relation("H", None)], id="a holding"),
        pytest.param([votes("A", "B", "50")], [partner("B", "50")], id="exactly half is a partner"),
        pytest.param([votes("A", "B", "50.0001")], [Relation("B", None)], id="more than half is linked"),
        pytest.param([votes("A", "B", "24.9")], [partner("B", "24.9")], id="named though it will not count"),
        pytest.param([controls("H", "A")], [Relation("H", None)], id="control"),
        pytest.param(
            [votes("H", "A", "60"), votes("H", "S", "70"), votes("S", "T", "51")],
            [Relation("H", None), Relation("S", None), Relation("T", None)],
            id="through a common parent and a chain",
        ),
        pytest.param(
            [votes("P", "A", "30"), votes("P", "Q", "80"), votes("Q", "R", "40")],
            [partner("P", "30"), partner("Q", "30", "P")],
            id="with a partner come those linked with it, but no partners of theirs",
        ),
        pytest.param(
            [votes("H", "A", "60"), votes("H", "P", "40")],
            [Relation("H", None), partner("P", "40")],
            id="a partner of a linked enterprise",
        ),
        pytest.param(
            [votes("H", "A", "60"), votes("A", "P", "15"), votes("H", "P", "15")],
            [Relation("H", None), partner("P", "30")],
            id="linked enterprises hold together",
        ),
        pytest.param(
            [votes("V", "A", "20"), votes("W", "A", "10"), votes("V", "W", "90")],
            [partner("V", "30"), partner("W", "30")],
            id="and are held together",
        ),
        pytest.param(
            [votes("A", "B", "60", until=dt.date(2026, 11, 22)), votes("A", "C", "60", since=DAY)],
            [Relation("C", None)],
            id="as of the day",
        ),
        pytest.param([votes("City", "A", "60"), votes("City", "S", "60")], [], id="not through a public body"),
    ],
)
def test_who_is_related(links: list[Link], found: list[Relation]) -> None:
    assert list(relations("A", links, DAY, BODY)) == found
    assert list(relations("A", reversed(links), DAY, BODY)) == found


@pytest.mark.parametrize(
    ("links", "found"),
    [
        pytest.param(
            [votes("City", "A", "30")], [PublicHolder("City", Decimal(30), HolderKind.PUBLIC_BODY)], id="directly"
        ),
        pytest.param(
            [votes("City", "S", "60"), votes("S", "A", "26")],
            [PublicHolder("S", Decimal(26), HolderKind.STATE_OWNED)],
            id="through what it controls",
        ),
        pytest.param([votes("City", "S", "40"), votes("S", "A", "26")], [], id="a share is no control"),
        pytest.param([controls("City", "A")], [PublicHolder("City", None)], id="by other means"),
        pytest.param([votes("A", "City", "30")], [], id="not what it holds"),
    ],
)
def test_which_public_bodies_hold_it(links: list[Link], found: list[PublicHolder]) -> None:
    assert list(public_holders("A", links, DAY, BODY)) == found


def test_a_public_body_has_no_holders() -> None:
    assert public_holders("City", [votes("City", "City", "60")], DAY, BODY) == ()


def year(number: int, staff: int) -> YearFigures:
    return YearFigures(number, staff, staff * 1_000_000, staff * 1_000_000)


def words(lines: Any) -> str:
    return "\n".join(map(str, lines))


def test_linked_count_whole_and_partners_by_their_share() -> None:
    related = [Relation("H", None), partner("P", "30"), partner("Q", "30", "P"), partner("Z", "10")]
    others = {"H": [year(2025, 30)], "P": [year(2025, 50)], "Q": [year(2025, 20)]}
    found = whole_size([year(2025, 9)], related, others)
    assert found.check is not None
    assert found.check.totals.staff == 9 + 30 + 15 + 6
    assert found.size is SizeClass.MEDIUM
    form = words(found.lines)
    assert "H, linked, counts whole: plus 30 staff" in form
    assert "P, partner, counts by 30 %: plus 15 staff" in form
    assert "Q, linked with P, counts by 30 % like it: plus 6 staff" in form
    assert "Z: 10 % is below 25 %" in form
    assert found.wanted == ()


def test_a_missing_figure_is_said_and_never_zero() -> None:
    found = whole_size([year(2025, 9), year(2024, 9)], [Relation("H", None)], {"H": [year(2024, 30)]})
    assert found.size is None
    assert "2025, H: its figures are not known" in words(found.lines)
    assert "open until all figures are known. It is at least a small enterprise" in words(found.lines)
    assert words(found.wanted) == "The size of the enterprise is open: enter the figures of H for 2025."


def test_what_is_large_already_is_certain() -> None:
    found = whole_size([year(2025, 300), year(2024, 300)], [Relation("H", None)], {})
    assert (found.size, found.wanted) == (SizeClass.LARGE, ())
    assert "its figures are not known" in words(found.lines)


def test_older_years_count_only_where_they_are_whole() -> None:
    own = [year(2025, 60), year(2024, 9), year(2023, 60)]
    theirs = [year(2025, 1), year(2024, 1)]
    found = whole_size(own, [Relation("H", None)], {"H": theirs})
    assert (found.size, found.wanted) == (SizeClass.SMALL, ())
    assert whole_size(own, [Relation("H", None)], {"H": [*theirs, year(2023, 1)]}).size is SizeClass.MEDIUM


def test_control_by_a_public_body_makes_it_no_sme() -> None:
    found = whole_size([year(2025, 9)], (), {}, [PublicHolder("City", None)])
    assert found.size is SizeClass.LARGE
    assert "City controls it and is a public body." in words(found.lines)
    assert "Public bodies control it: not an SME" in words(found.lines)


def test_without_own_figures_there_is_no_size() -> None:
    found = whole_size([], [Relation("H", None)], {})
    assert (found.size, found.lines, found.wanted) == (None, (), ())
