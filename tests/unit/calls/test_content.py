"""The typed content of a call: what is accepted, and what is refused with which words."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from dih.calls.content import CallContent
from dih.calls.vocabulary import CallMethod


def both(text: str) -> dict[str, str]:
    return {"ro": f"{text} (ro)", "en": text}


def criterion(key: str, weight: int, **more: Any) -> dict[str, Any]:
    return {
        "key": key,
        "label": both(key),
        "guidance": both("how to score"),
        "weight_percent": weight,
        "max_points": 10,
        **more,
    }


def money_rule(**more: Any) -> dict[str, Any]:
    return {
        "legal_natures": ["enterprise"],
        "legal_basis": "gber_28",
        "source": both("order"),
        "eu_share_percent": 50,
        "national_share_percent": 50,
        "beneficiary_share_percent": 0,
        "max_value_cents": 3_000_000,
        **more,
    }


CALL: dict[str, Any] = {
    "title": both("call"),
    "summary": both("summary"),
    "description": both("description"),
    "target_group": "production_sme",
    "method": "ranked",
    "reviews_per_application": 2,
    "services": ["S1", "S2"],
    "budget_lines": ["L1"],
    "days": {
        "routing_answer_working_days": 5,
        "clarification_working_days": 5,
        "review_working_days": 10,
        "acceptance_days": 15,
        "voucher_validity_days": 270,
        "appeal_days": 7,
        "grace_minutes": 10,
    },
    "money": [money_rule()],
    "conditions": [
        {
            "key": "nature",
            "text": both("enterprises only"),
            "source": both("guide"),
            "check": {"kind": "legal_nature", "one_of": ["enterprise"]},
        },
        {
            "key": "papers",
            "text": both("no debts"),
            "source": both("guide"),
            "check": {"kind": "staff", "document": "paper"},
        },
    ],
    "sections": [{"key": "project", "title": both("project")}],
    "questions": [
        {"key": "name", "section": "project", "label": both("name"), "kind": "text", "max_length": 120},
        {"key": "people", "section": "project", "label": both("people"), "kind": "integer", "maximum": 500},
        {
            "key": "stage",
            "section": "project",
            "label": both("stage"),
            "kind": "choice",
            "choices": [{"value": "idea", "label": both("idea")}, {"value": "plan", "label": both("plan")}],
        },
    ],
    "declarations": [{"key": "true_data", "text": both("true")}],
    "documents": [{"key": "paper", "label": both("paper"), "kinds": ["pdf"], "max_mb": 5}],
    "grid": {
        "criteria": [
            criterion("main", 75, sub_criteria=[
                {"key": "main_idea", "label": both("idea"), "guidance": both("how"), "max_points": 4},
                {"key": "main_team", "label": both("team"), "guidance": both("how"), "max_points": 6},
            ]),
            criterion("effect", 25, threshold_points=5, remark_below_points=4),
        ],
        "total_threshold_percent": 60,
        "tie_breaks": ["main"],
    },
}  # fmt: skip


def changed(path: str, value: Any) -> dict[str, Any]:
    """The valid call with one value replaced; the path's parts are keys and indices."""
    data = deepcopy(CALL)
    *parents, last = (int(part) if part.isdigit() else part for part in path.split("."))
    at: Any = data
    for part in parents:
        at = at[part]
    at[last] = value
    return data


def test_a_call_survives_the_way_to_json_and_back() -> None:
    call = CallContent.model_validate(CALL)
    assert CallContent.model_validate(call.model_dump(mode="json")) == call
    assert call.money[0].eu_share_percent == Decimal(50)


def test_a_call_cannot_be_changed() -> None:
    call = CallContent.model_validate(CALL)
    with pytest.raises(ValidationError, match="frozen"):
        call.method = CallMethod.FIRST_COME  # type: ignore[misc]


REFUSED: list[tuple[str, Any, str]] = [
    ("title", {"ro": "apel"}, "Fill this in"),
    ("title", {"ro": "apel", "en": "  "}, "at least 1 character"),
    ("ceiling", 5, "Extra inputs are not permitted"),
    ("target_group", "everybody", "target_group"),
    ("reviews_per_application", 6, "less than or equal to 5"),
    ("reviews_per_application", 0, "ranked by reviews needs at least one"),
    ("method", "first_come", "has no review or one"),
    ("grid", None, "needs a grid"),
    ("services", ["S1", "S1"], "Used more than once: S1"),
    ("budget_lines", [], "at least 1 item"),
    ("conditions.1.key", "nature", "Used more than once: nature"),
    ("conditions.1.check.document", "other", "Not known in this call: other"),
    ("conditions.1.check", {"kind": "guess"}, "guess"),
    (
        "conditions.1.check",
        {"kind": "legal_nature", "one_of": ["enterprise"]},
        "More than one condition is checked by: legal_nature",
    ),
    ("questions.0.section", "nowhere", "Not known in this call: nowhere"),
    (
        "sections",
        [{"key": "project", "title": both("a")}, {"key": "team", "title": both("b")}],
        "without a question: team",
    ),
    ("questions.1.key", "name", "Used more than once: name"),
    ("questions.0.max_length", None, "how long a text may be"),
    ("questions.1.max_length", 5, "how long a text may be"),
    ("questions.1.maximum", None, "how large a number may be"),
    ("questions.0.minimum", 3, "how large a number may be"),
    ("questions.1.minimum", 501, "smallest number is above the largest"),
    ("questions.2.choices", [], "at least two choices"),
    ("questions.2.choices.1.value", "idea", "Used more than once: idea"),
    ("documents.0.kinds", ["pdf", "pdf"], "Used more than once: pdf"),
    ("documents.0.kinds", ["exe"], "kinds"),
    ("documents.0.max_mb", 100, "less than or equal to 25"),
    ("grid.criteria.1.weight_percent", 24, "weights sum to 99 percent"),
    ("grid.criteria.1.threshold_points", 11, "above the points of the criterion, 10"),
    ("grid.criteria.1.remark_below_points", 11, "above the points of the criterion, 10"),
    ("grid.criteria.0.sub_criteria.0.max_points", 5, "sub-criteria sum to 11 points instead of 10"),
    ("grid.criteria.0.sub_criteria.0.key", "effect", "Used more than once: effect"),
    ("grid.tie_breaks", ["main", "main"], "Used more than once: main"),
    ("grid.tie_breaks", ["charm"], "Not known in this call: charm"),
    ("grid.total_threshold_percent", 101, "less than or equal to 100"),
    ("money.0.eu_share_percent", Decimal("49.99"), "shares sum to 99.99 percent"),
    ("money.0.eu_share_percent", Decimal("49.995"), "no more than 2 decimal places"),
    ("money.0.legal_natures", ["public_body"], "0 money rules fit instead of one"),
    ("money", [money_rule(), money_rule(sizes=["micro"])], "2 money rules fit instead of one"),
    (
        "money",
        [money_rule(sizes=["micro"])],
        "with economic activity, small enterprise: 0 money rules fit",
    ),
    ("money.0.max_value_cents", 0, "greater than 0"),
    ("days.acceptance_days", 0, "greater than or equal to 1"),
    ("days.voucher_validity_days", 14, "before its last day to be accepted. Enter at least 15"),
]


@pytest.mark.parametrize(("path", "value", "words"), REFUSED, ids=[f"{path}: {words}" for path, _, words in REFUSED])
def test_wrong_content_is_refused_by_name(path: str, value: Any, words: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        CallContent.model_validate(changed(path, value))
    assert words in str(refusal.value)


def test_the_eligibility_check_stays_short() -> None:
    asked = [
        {"key": f"asked_{n}", "text": both("t"), "source": both("s"),
         "check": {"kind": "asked", "question": both("is it so?"), "expected": True}}
        for n in range(6)
    ]  # fmt: skip
    five = CallContent.model_validate(changed("conditions", CALL["conditions"] + asked[:5]))
    assert five.questions_in_check == 6
    with pytest.raises(ValidationError, match="would ask 7 questions"):
        CallContent.model_validate(changed("conditions", CALL["conditions"] + asked))


def test_facts_that_the_money_depends_on_are_asked_too() -> None:
    by_size = [money_rule(sizes=["micro", "small", "medium"]), money_rule(sizes=["large"], economic_activity=None)]
    assert CallContent.model_validate(changed("money", by_size)).questions_in_check == 2


@pytest.mark.parametrize(
    ("facts", "covered"),
    [
        (("public_body", False, "micro"), True),
        (("public_body", True, "micro"), False),
        (("enterprise", False, "micro"), False),
        (("public_body", False, "large"), False),
    ],
)
def test_a_money_rule_covers_by_all_three_facts(facts: Any, covered: bool) -> None:
    rule = {"legal_natures": ["public_body"], "economic_activity": False, "sizes": ["micro", "small"]}
    check = {"kind": "legal_nature", "one_of": ["enterprise"]}
    content = changed("conditions.0.check", check) | {"money": [money_rule(), money_rule(**rule)]}
    assert CallContent.model_validate(content).money[1].covers(*facts) is covered
