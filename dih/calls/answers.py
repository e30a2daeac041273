"""The answers of the eligibility check: read as people give them, checked, and told back to them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dih.aid.vocabulary import SIZE_LABELS, SizeClass
from dih.calls.content import CallContent
from dih.calls.eligibility import CheckQuestion, Facts, natures_let_in, questions
from dih.organisations.vocabulary import LEGAL_NATURE_LABELS, LegalNature
from dih.shared.errors import BrokenRule, Problem
from dih.shared.wording import N_, Text
from dih.taxonomy import rules as activities
from dih.taxonomy import terms

YES_NO_LABELS = {"yes": N_("Yes"), "no": N_("No")}

_MISSING = {
    "legal_nature": N_("Choose what kind of organisation you are."),
    "size": N_("Choose how large your organisation is."),
    "county": N_("Choose the county."),
    "activity_code": N_("Enter the CAEN code of the activity."),
    "economic_activity": N_("Say whether you sell on a market in this project."),
}
_MISSING_IN_WORDS = N_("Answer yes or no: “%(question)s”")


def read(content: CallContent, given: Mapping[str, str | None]) -> dict[str, str]:
    """The answers to a call's check, by the key of their question, in their normal form; extra keys are dropped.

    Raises BrokenRule with every question that has to be answered and is not, or has no such answer.
    """
    nature = (given.get("legal_nature") or "").strip()
    let_in = natures_let_in(content)
    answers, problems = {}, []
    for question in questions(content):
        typed = (given.get(question.key) or "").strip()
        if not typed:
            if nature in question.needed_by or (not nature and let_in <= question.needed_by):
                problems.append(Problem(question.key, _missing(question)))
            continue
        try:
            answers[question.key] = _normal(question, typed)
        except BrokenRule as rule:
            problems.extend(rule.problems)
    if problems:
        raise BrokenRule(*problems)
    return answers


def _missing(question: CheckQuestion) -> Text:
    if question.words:
        return Text(_MISSING_IN_WORDS, {"question": question.words})
    return Text(_MISSING[question.key])


def facts(content: CallContent, answers: Mapping[str, str]) -> Facts:
    """What the answers that `read` returned say about the organisation and its project."""
    in_words = {question.key for question in questions(content) if question.words}
    activity = answers.get("economic_activity")
    return Facts(
        legal_nature=LegalNature(answers["legal_nature"]),
        size=SizeClass(answers["size"]) if "size" in answers else None,
        county=answers.get("county"),
        activity_code=answers.get("activity_code"),
        economic_activity=None if activity is None else activity == "yes",
        asked={key: answer == "yes" for key, answer in answers.items() if key in in_words},
    )


def told(key: str, answer: str) -> Text:
    """An answer as it is read back to who gave it."""
    if key == "legal_nature":
        return Text(LEGAL_NATURE_LABELS[LegalNature(answer)])
    if key == "size":
        return Text(SIZE_LABELS[SizeClass(answer)])
    if key == "county":
        return Text("%(name)s", {"name": terms.county_name(answer)})
    if key == "activity_code":
        return Text(N_("CAEN %(code)s"), {"code": answer})
    return Text(YES_NO_LABELS[answer])


def skipped_by(content: CallContent, question: CheckQuestion) -> list[LegalNature]:
    """The legal natures that may apply but need not answer this question."""
    return [nature for nature in LegalNature if nature in natures_let_in(content) - question.needed_by]


def _normal(question: CheckQuestion, typed: str) -> str:
    if question.key == "activity_code":
        newest = activities.revision_of("".join(typed.split()).replace(".", ""))
        return activities.activity_code(typed, newest or "3", "activity_code")
    possible: dict[str, Collection[str]] = {
        "legal_nature": list(LegalNature),
        "size": list(SizeClass),
        "county": [county.code for county in terms.all_counties()],
    }
    if typed not in possible.get(question.key, YES_NO_LABELS):
        raise BrokenRule.because(N_("Choose one of the answers."), question.key)
    return typed
