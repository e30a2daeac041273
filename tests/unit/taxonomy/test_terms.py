"""The lists by code, and CAEN codes."""

import pytest

from dih.shared.errors import BrokenRule
from dih.taxonomy import rules, terms
from dih.taxonomy.vocabulary import Category


def test_the_region_has_its_six_counties_first_in_the_list_of_all():
    assert {county.code for county in terms.counties()} == {"BH", "BN", "CJ", "MM", "SM", "SJ"}
    assert terms.all_counties()[:6] == terms.counties()
    assert len({county.code for county in terms.all_counties()}) == 42
    assert len({county.nuts for county in terms.all_counties()}) == 42


def test_names_carry_commas_below_and_unknown_codes_stay_readable():
    assert terms.county_name("BN") == "Bistrița-Năsăud"
    assert terms.county_name("ZZ") == "ZZ"
    assert terms.sector_label("finance")["en"] == "Financial services"
    assert terms.technology_label("no_such")["ro"] == "no_such"


@pytest.mark.parametrize("group", [terms.sectors(), terms.technologies()])
def test_every_term_has_both_languages_and_a_code_of_its_own(group):
    assert all(term.label["ro"] and term.label["en"] and term.edih for term in group)
    assert len({term.code for term in group}) == len(group)


def test_every_category_has_the_reporting_tools_string():
    assert terms.edih_category(Category.SKILLS) == "Training and skills development"
    assert all(terms.edih_category(category) for category in Category)


@pytest.mark.parametrize(
    ("code", "sector"),
    [("2562", "manufacturing"), ("3250", "health_life_sciences"), ("3011", "maritime_fishery"), ("9900", "")],
)
def test_the_longest_beginning_of_a_caen_code_decides_the_sector(code, sector):
    assert terms.sector_of(code) == sector


def test_sectors_claim_no_beginning_twice():
    prefixes = [prefix for prefix, _code in terms._prefixes()]
    assert len(prefixes) == len(set(prefixes))


@pytest.mark.parametrize("typed", ["62.10", "6210", " 62 10 "])
def test_a_caen_code_is_read_as_people_write_it(typed):
    assert rules.activity_code(typed, "3") == "6210"


@pytest.mark.parametrize(
    ("typed", "revision", "words"),
    [
        ("62.01", "3", "exists only in CAEN Rev. 2"),
        ("62.10", "2", "exists only in CAEN Rev. 3"),
        ("62.05", "3", "There is no CAEN code 6205"),
        ("621", "3", "four digits"),
        ("６２１０", "3", "four digits"),
        ("", "3", "four digits"),
    ],
)
def test_a_wrong_caen_code_is_refused_with_the_way_out(typed, revision, words):
    with pytest.raises(BrokenRule, match=words) as refused:
        rules.activity_code(typed, revision, "code")
    assert refused.value.problems[0].field == "code"


def test_the_newest_revision_of_a_code():
    assert rules.revision_of("6210") == "3"
    assert rules.revision_of("6201") == "2"
    assert rules.revision_of("2562") == "3"
    assert rules.revision_of("0000") is None
    assert rules.revision_of("x") is None
