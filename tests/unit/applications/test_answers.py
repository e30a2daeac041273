"""Answers: what is read, what is refused with the field's name, what is kept as typed, and how it is shown again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dih.applications.rules import answers
from dih.calls.content import Question
from dih.shared.errors import BrokenRule
from dih.shared.money import Euro

LABEL = {"ro": "Întrebarea", "en": "The question"}
CHOICES = [
    {"value": "daily", "label": {"ro": "Zilnic", "en": "Daily"}},
    {"value": "never", "label": {"ro": "Niciodată", "en": "Never"}},
]
LIMITS: dict[str, dict[str, Any]] = {
    "text": {"max_length": 10},
    "long_text": {"max_length": 20},
    "integer": {"minimum": 1, "maximum": 5000},
    "money": {"minimum": 100, "maximum": 100_000_00},
    "choice": {"choices": CHOICES},
    "multi_choice": {"choices": CHOICES},
    "yes_no": {},
    "date": {},
}


def question(kind: str, **more: Any) -> Question:
    plain = {"key": "asked", "section": "project", "label": LABEL, "kind": kind}
    return Question.model_validate({**plain, **LIMITS[kind], **more})


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("text", " as typed ", " as typed "),
        ("text", " \t ", None),
        ("long_text", "one\r\ntwo", "one\ntwo"),
        ("integer", "12", 12),
        ("integer", " 1.200 ", 1200),
        ("integer", "1 200", 1200),
        ("money", "1.234,50", 123450),
        ("money", "1234.5 €", 123450),
        ("choice", "daily", "daily"),
        ("multi_choice", ["never", "daily"], ["daily", "never"]),
        ("multi_choice", [], None),
        ("yes_no", "no", False),
        ("date", "31.12.2026", "2026-12-31"),
        ("date", "2026-12-31", "2026-12-31"),
        ("date", "1/2/2027", "2027-02-01"),
    ],
)
def test_what_people_type_is_read(kind: str, typed: answers.Typed, value: Any) -> None:
    kept, problem = answers.keep(question(kind), typed)
    assert (kept, problem) == (value, None)


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("text", "12345678901", "Shorten"),
        ("long_text", "x" * 21, "1 character:"),
        ("integer", "1,5", "without decimals"),
        ("integer", "-3", "without decimals"),
        ("integer", "NaN", "without decimals"),
        ("integer", "١٢", "without decimals"),
        ("integer", "9" * 5000, "without decimals"),
        ("integer", "0", "between 1 and 5000"),
        ("money", "1e5", "amount such as"),
        ("money", "-1", "amount such as"),
        ("money", "100.001", "between EUR 1.00 and EUR 100,000.00"),
        ("money", "0.999", "amount such as"),
        ("money", "1000000000000000", "too large"),
        ("money", "9" * 5000, "amount such as"),
        ("choice", "other", "one of the answers"),
        ("multi_choice", ["daily", "x"], "among the answers"),
        ("yes_no", "maybe", "yes or no"),
        ("date", "31.02.2026", "a day such as"),
        ("date", "0001-01-01", "a day such as"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name_and_kept(kind: str, typed: answers.Typed, words: str) -> None:
    kept, problem = answers.keep(question(kind), typed)
    assert kept == {"typed": typed}
    assert problem is not None
    assert problem.field == "asked"
    assert words in str(problem.text)
    assert answers.problem_with(question(kind), kept) == problem
    assert answers.as_typed(question(kind), kept) == typed


@pytest.mark.parametrize("typed", ["a\x00b", "\ud800", "x" * 20_001])
def test_what_nothing_can_store_is_refused_at_once(typed: str) -> None:
    with pytest.raises(BrokenRule):
        answers.keep(question("long_text"), typed)


def test_only_a_required_question_is_missing_when_empty() -> None:
    assert answers.problem_with(question("text"), None) is None
    problem = answers.problem_with(question("text", required=True), None)
    assert problem is not None
    assert "Answer" in str(problem.text)
    assert answers.problem_with(question("yes_no", required=True), False) is None


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("text", None, None),
        ("money", 123450, Euro(123450)),
        ("date", "2026-12-31", dt.date(2026, 12, 31)),
        ("choice", "daily", [CHOICES[0]["label"]]),
        ("multi_choice", ["daily", "gone"], [CHOICES[0]["label"], "gone"]),
        ("integer", 7, "7"),
        ("integer", {"typed": "abc"}, "abc"),
    ],
)
def test_values_are_shown_as_people_read_them(kind: str, value: Any, shown: Any) -> None:
    assert answers.as_shown(question(kind), value) == shown


def test_a_day_comes_back_to_its_field_as_days_are_written_here() -> None:
    asked = question("date")
    assert answers.as_typed(asked, "2026-12-31") == "31.12.2026"
    assert answers.fits(asked, "2026-12-31")


def test_an_earlier_answer_fits_only_within_the_limits() -> None:
    assert answers.fits(question("integer"), 12)
    assert not answers.fits(question("integer"), 9000)
    assert not answers.fits(question("integer"), "12")
    assert not answers.fits(question("choice"), "gone")
    assert not answers.fits(question("integer"), {"typed": "abc"})
    assert not answers.fits(question("text"), None)


@given(st.sampled_from(sorted(LIMITS)), st.text(max_size=40))
def test_whatever_is_typed_is_kept_or_refused_and_comes_back(kind: str, text: str) -> None:
    typed: answers.Typed = [text] if kind == "multi_choice" else text
    try:
        kept, problem = answers.keep(question(kind), typed)
    except BrokenRule:
        return
    if kind == "text" and text.strip() and not problem:
        assert kept == text.replace("\r\n", "\n")
    assert answers.keep(question(kind), answers.as_typed(question(kind), kept)) == (kept, problem)
