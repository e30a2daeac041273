"""What an organisation's data must look like."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dih.organisations import rules
from dih.organisations.vocabulary import CaenRevision, LegalNature
from dih.shared.errors import BrokenRule

TYPED = {
    "cui": "RO 99000018",
    "name": "  Atelierul de Lemn SRL ",
    "legal_nature": "enterprise",
    "economic_activity": "yes",
    "county": "CJ",
    "caen_code": "25.62",
    "caen_revision": "3",
}


def test_data_come_back_in_their_normal_form():
    more = {"onrc": "j12/1234/2020", "website": "atelier.test", "iban": "ro49 AAAA 1B31 0075 9384 0000"}
    facts = rules.facts({**TYPED, **more})
    assert facts.cui == "99000018"
    assert facts.name == "Atelierul de Lemn SRL"
    assert facts.legal_nature is LegalNature.ENTERPRISE
    assert facts.economic_activity is True
    assert facts.caen_revision is CaenRevision.REV3
    assert (facts.onrc, facts.website) == ("J12/1234/2020", "https://atelier.test")
    assert facts.iban == "RO49AAAA1B31007593840000"
    assert facts.sector == "manufacturing"


def test_a_sector_that_was_chosen_stays():
    assert rules.facts({**TYPED, "sector": "energy_utilities"}).sector == "energy_utilities"


def test_all_that_is_wrong_is_said_at_once_at_its_field():
    with pytest.raises(BrokenRule) as refused:
        rules.facts({"cui": "99000019", "website": "a b", "phone": "abc", "onrc": "X1", "iban": "RO00", "sector": "no"})
    assert [problem.field for problem in refused.value.problems] == [
        "cui", "name", "legal_nature", "economic_activity", "county", "caen_code", "caen_revision",
        "sector", "onrc", "iban", "website", "phone",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["99000018", "RO99000018", "ro 990 000 18", "RO-99000018", " 99000018 "])
def test_a_cui_is_read_as_people_write_it(typed):
    assert rules.cui(typed) == "99000018"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("99000019", "digit wrong"),
        ("1", "two to ten digits"),
        ("12345678901", "two to ten digits"),
        ("0099000018", "two to ten digits"),
        ("99000a18", "two to ten digits"),
        ("", "two to ten digits"),
    ],
)
def test_a_wrong_cui_is_told_by_shape_or_check_digit(typed, words):
    with pytest.raises(BrokenRule, match=words):
        rules.cui(typed)


@pytest.mark.parametrize("typed", ["J12/1234/2020", "J 12 1234 2020", "J2020012345126", "F01/5/1999"])
def test_both_forms_of_the_trade_register_are_valid(typed):
    assert rules.onrc(typed)


@pytest.mark.parametrize("typed", ["", "12/1234/2020", "J99/1/2020", "J2020012345127", "J12/1234/1899"])
def test_wrong_numbers_of_the_trade_register_are_refused(typed):
    with pytest.raises(BrokenRule, match="trade register"):
        rules.onrc(typed)


def test_ibans():
    assert rules.iban("RO49AAAA1B31007593840000")
    with pytest.raises(BrokenRule, match="character wrong"):
        rules.iban("RO48AAAA1B31007593840000")
    with pytest.raises(BrokenRule, match="24 characters"):
        rules.iban("RO49-AAAA")


@pytest.mark.parametrize("typed", ["javascript:alert(1)", "http://", "https://a b.ro", "exemplu", 'https://x.ro/"><b>'])
def test_addresses_that_are_no_web_pages_are_refused(typed):
    with pytest.raises(BrokenRule, match="web address"):
        rules.website(typed)


def test_a_text_too_long_or_not_storable_is_refused():
    with pytest.raises(BrokenRule, match="at most 250 characters"):
        rules.facts({**TYPED, "name": "a" * 251})
    with pytest.raises(BrokenRule, match="cannot be stored"):
        rules.facts({**TYPED, "name": "a\x00b"})


@pytest.mark.parametrize(("today", "year"), [((2026, 5, 31), 2024), ((2026, 6, 1), 2025), ((2026, 12, 31), 2025)])
def test_accounts_are_closed_from_june_on(today, year):
    assert rules.last_closed_year(dt.date(*today)) == year


@given(st.text(max_size=60))
def test_no_text_breaks_a_reader(text):
    for reader in (rules.cui, rules.onrc, rules.iban, rules.website, rules.phone):
        try:
            reader(text)
        except BrokenRule:
            continue
