"""What the platform finds by itself, and what a declaration needs."""

from __future__ import annotations

import datetime as dt

import pytest

from dih.conflicts import rules
from dih.conflicts.rules import CaseFacts, Found, PersonFacts
from dih.conflicts.vocabulary import ConflictKind, FoundBy
from dih.shared.errors import BrokenRule

TODAY = dt.date(2026, 11, 23)
CASE = CaseFacts(7, 3, 2, domains=frozenset({"fabrica.test"}), helpers=frozenset({4}))


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (PersonFacts(1, "a@acasa.test"), []),
        (PersonFacts(1, "a@acasa.test", member_of=frozenset({3})), [Found(1, 3, None, FoundBy.MEMBERSHIP)]),
        (PersonFacts(1, "a@acasa.test", member_of=frozenset({4})), []),
        (PersonFacts(1, "A@Fabrica.TEST"), [Found(1, 3, None, FoundBy.MAIL_DOMAIN)]),
        (PersonFacts(1, "a@alta-fabrica.test"), []),
        (PersonFacts(1, "a@acasa.test", reviews=True, staff_of=frozenset({2})), [Found(1, 3, 7, FoundBy.SAME_PARTNER)]),
        (PersonFacts(1, "a@acasa.test", reviews=True, staff_of=frozenset({4})), [Found(1, 3, 7, FoundBy.SAME_PARTNER)]),
        (PersonFacts(1, "a@acasa.test", reviews=False, staff_of=frozenset({2})), []),
        (PersonFacts(1, "a@acasa.test", reviews=True, staff_of=frozenset({5})), []),
    ],
)
def test_a_conflict_follows_from_the_facts(person: PersonFacts, expected: list[Found]) -> None:
    assert rules.found(CASE, person) == expected


def test_without_an_application_the_partner_says_nothing() -> None:
    person = PersonFacts(1, "a@acasa.test", reviews=True, staff_of=frozenset({2}))
    assert rules.found(CaseFacts(None, 3, 2), person) == []


def test_a_public_mail_provider_is_nobodys_domain() -> None:
    domains = rules.own_domains(
        ["patron@gmail.com", "birou@Fabrica.test", "x@yahoo.ro"], "https://www.fabrica-noua.test/ro"
    )
    assert domains == {"fabrica.test", "fabrica-noua.test"}


def test_nobody_makes_the_domain_of_the_hub_or_a_partner_its_own() -> None:
    hub = [(1, "m@hub.test"), (2, "a@hub.test"), (1, "m@hub.test"), (3, "sefa@fabrica.test"), (4, "x@gmail.com")]
    house = rules.house_domains(["birou@institut.test", "", "univ.test"], hub)
    assert house == {"hub.test", "institut.test", "univ.test"}
    assert rules.own_domains(["a@fabrica.test", "b@univ.test"], "https://www.hub.test/ro", house) == {"fabrica.test"}


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("a@b.test", "b.test"),
        ("https://www.b.test/x?y=a@c.test", "b.test"),
        ("b.test", "b.test"),
        ("http://B.test:8080", "b.test"),
        ("", ""),
        ("http://[broken", ""),
    ],
)
def test_domains_are_read_from_addresses(text: str, domain: str) -> None:
    assert rules.domain_of(text) == domain


def test_what_was_found_before_is_not_found_again() -> None:
    one, two = Found(1, 3, None, FoundBy.MEMBERSHIP), Found(2, 3, 7, FoundBy.SAME_PARTNER)
    assert rules.not_found_yet([two, one, two], [one]) == [two]


@pytest.mark.parametrize(
    ("kind", "note", "last_day", "field"),
    [
        (ConflictKind.DELIVERING_PARTNER, "Lucrez acolo", None, "kind"),
        (ConflictKind.FAMILY, "  ", None, "note"),
        (ConflictKind.FAMILY, "x" * 2001, None, "note"),
        (ConflictKind.FAMILY, "Sora mea", TODAY - dt.timedelta(days=1), "expires_on"),
    ],
)
def test_a_declaration_names_what_is_wrong(kind: ConflictKind, note: str, last_day: dt.date | None, field: str) -> None:
    with pytest.raises(BrokenRule) as refused:
        rules.check_declaration(kind, note, last_day, TODAY)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_declaration_until_today_stands() -> None:
    rules.check_declaration(ConflictKind.FAMILY, "Sora mea", TODAY, TODAY)


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 2001])
def test_a_reason_is_needed(reason: str) -> None:
    with pytest.raises(BrokenRule):
        rules.reason_given(reason)
