"""The check before sign-up, on the three calls of the seed."""

import tomllib
from functools import cache
from pathlib import Path

import pytest

from dih.aid.vocabulary import SizeClass
from dih.calls import answers, eligibility
from dih.calls.content import CallContent
from dih.calls.eligibility import Facts
from dih.organisations.vocabulary import LegalNature
from dih.shared.errors import BrokenRule

CALLS = Path(__file__).parents[3] / "dih" / "demo" / "data" / "calls"
FITTING = {
    "sme-production": {
        "legal_nature": "enterprise", "size": "small", "county": "CJ", "activity_code": "25.62",
        "not_in_difficulty": "no", "not_insolvent": "no",
    },
    "public-institutions": {
        "legal_nature": "public_body", "county": "BH", "economic_activity": "no", "no_double_funding": "no",
    },
    "health": {
        "legal_nature": "enterprise", "size": "large", "county": "MM", "activity_code": "8610", "not_insolvent": "no",
    },
}  # fmt: skip


@cache
def content(name: str) -> CallContent:
    data = tomllib.loads((CALLS / f"{name}.toml").read_text(encoding="utf-8"))
    return CallContent.model_validate({key: value for key, value in data.items() if key != "call"})


def result(name: str, **changed: str) -> eligibility.EligibilityResult:
    given = answers.read(content(name), {**FITTING[name], **changed})
    return eligibility.assess(content(name), answers.facts(content(name), given))


@pytest.mark.parametrize("name", FITTING)
def test_at_most_six_questions_each_once(name):
    keys = [question.key for question in eligibility.questions(content(name))]
    assert len(keys) == len(set(keys)) == content(name).questions_in_check <= 6
    assert keys[0] == "legal_nature"


@pytest.mark.parametrize("name", FITTING)
def test_a_yes_says_how_much_and_the_shares_make_it_whole(name):
    found = result(name)
    assert found.eligible
    assert all(finding.met for finding in found.findings)
    support = found.support
    assert support is not None
    assert support.eu_cents + support.national_cents + support.beneficiary_cents == support.rule.max_value_cents
    assert all(finding.condition.source["ro"] for finding in found.findings)
    assert found.left_to_staff


def test_the_money_follows_from_size_and_activity():
    large = result("health").support
    small = result("health", size="micro").support
    assert large is not None
    assert small is not None
    assert large.beneficiary_cents == large.rule.max_value_cents * 30 // 100
    assert small.beneficiary_cents == 0
    hospital = {"legal_nature": "public_body", "size": ""}
    assert result("health", **hospital, economic_activity="yes").support.rule.legal_basis == "de_minimis"
    assert result("health", **hospital, economic_activity="no").support.rule.legal_basis == "none"


@pytest.mark.parametrize(
    ("changed", "unmet"),
    [
        ({"size": "large"}, ["sme"]),
        ({"county": "B"}, ["north_west"]),
        ({"activity_code": "6210"}, ["production"]),
        ({"not_insolvent": "yes"}, ["not_insolvent"]),
        ({"legal_nature": "public_body"}, ["undertaking"]),
        ({"size": "large", "county": "TM", "not_in_difficulty": "yes"}, ["sme", "north_west", "not_in_difficulty"]),
    ],
)
def test_a_no_names_each_condition_in_the_way(changed, unmet):
    found = result("sme-production", **changed)
    assert not found.eligible
    assert [finding.condition.key for finding in found.unmet] == unmet
    assert found.support is None


def test_who_may_not_apply_at_all_needs_no_further_answer():
    given = answers.read(content("sme-production"), {"legal_nature": "non_profit"})
    found = eligibility.assess(content("sme-production"), answers.facts(content("sme-production"), given))
    assert not found.eligible
    assert [finding.condition.key for finding in found.unmet] == ["undertaking"]


def test_everything_missing_is_said_at_once():
    with pytest.raises(BrokenRule) as refused:
        answers.read(content("sme-production"), {})
    assert [problem.field for problem in refused.value.problems] == [
        question.key for question in eligibility.questions(content("sme-production"))
    ]
    assert len({str(problem.text) for problem in refused.value.problems}) == len(refused.value.problems), "each by name"


def test_only_those_whom_a_question_concerns_must_answer_it():
    asked = {question.key: question for question in eligibility.questions(content("health"))}
    assert answers.skipped_by(content("health"), asked["size"]) == [LegalNature.PUBLIC_BODY, LegalNature.NON_PROFIT]
    with pytest.raises(BrokenRule) as refused:
        answers.read(content("health"), {**FITTING["health"], "size": ""})
    assert [problem.field for problem in refused.value.problems] == ["size"]


@pytest.mark.parametrize(
    ("key", "typed"),
    [("legal_nature", "admin"), ("size", "huge"), ("county", "XX"), ("activity_code", "abc"), ("not_insolvent", "?")],
)
def test_an_answer_that_does_not_exist_is_refused_at_its_question(key, typed):
    with pytest.raises(BrokenRule) as refused:
        answers.read(content("sme-production"), {**FITTING["sme-production"], key: typed})
    assert key in [problem.field for problem in refused.value.problems]


def test_extra_fields_are_dropped():
    assert "status" not in answers.read(content("sme-production"), {**FITTING["sme-production"], "status": "approved"})


def test_an_old_caen_code_counts_too():
    given = answers.read(content("health"), {**FITTING["health"], "activity_code": "86.10"})
    assert given["activity_code"] == "8610"


def test_unknown_facts_are_neither_met_nor_unmet():
    found = eligibility.assess(content("sme-production"), Facts(legal_nature=LegalNature.ENTERPRISE))
    assert not found.eligible
    assert found.unmet == []
    assert sum(finding.met is None for finding in found.findings) == 5


def test_facts_that_leave_several_money_rules_open_choose_none():
    unknown_size = Facts(legal_nature=LegalNature.ENTERPRISE)
    assert eligibility.money_rule(content("health"), unknown_size) is None
    assert eligibility.money_rule(content("health"), Facts(LegalNature.ENTERPRISE, SizeClass.LARGE)) is not None


def test_answers_are_told_back_in_words():
    assert str(answers.told("county", "SJ")) == "Sălaj"
    assert str(answers.told("legal_nature", "sole_trader")) == "Sole trader"
    assert str(answers.told("not_insolvent", "no")) == "No"
