"""What stands between a draft's content and its publication, in words, each at its control in the editor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from dih.aid.legal_bases import basis_on
from dih.aid.vocabulary import SizeClass
from dih.calls import eligibility
from dih.calls.content import CallContent
from dih.calls.typed import Unfit, problem
from dih.shared.errors import Problem
from dih.shared.wording import N_, Text

_INCOMPLETE = frozenset({"missing", "too_short", "string_too_short", "union_tag_not_found", "value_error"})
"""What a draft may have: something is missing, or parts do not fit together yet."""

_KEY = N_("Use small letters, digits and underscores, and begin with a letter.")
_PATTERNS = {
    "prefixes": N_("Enter two to four digits of each CAEN code."),
    "one_of": N_("Choose one of the options in the list."),
}
_WORDS = {
    "missing": N_("Fill this in."),
    "string_too_short": N_("Fill this in."),
    "too_short": N_("Add at least one."),
    "union_tag_not_found": N_("Choose how it is checked."),
    "union_tag_invalid": N_("Choose one of the options in the list."),
    "enum": N_("Choose one of the options in the list."),
    "literal_error": N_("Choose one of the options in the list."),
    "extra_forbidden": N_("This does not belong here. Save the part again."),
    "greater_than_equal": N_("Enter at least %(ge)s."),
    "greater_than": N_("Enter more than %(gt)s."),
    "less_than_equal": N_("Enter at most %(le)s."),
    "decimal_max_places": N_("Use at most two decimals."),
    "decimal_max_digits": N_("Use at most five digits, two of them decimals."),
    "decimal_whole_digits": N_("Use at most five digits, two of them decimals."),
}
_OTHER = N_("This does not fit here.")


def faults(data: Mapping[str, Any]) -> list[Problem]:
    """All that a content lacks to be whole, in the order of the content; none when it can be published."""
    return [fault for _kind, fault in _faults(data)]


def mistakes(data: Mapping[str, Any], keys: Collection[str]) -> list[Problem]:
    """What is wrong in the parts of a draft under `keys`, even if the rest is still missing."""
    return [fault for kind, fault in _faults(data) if kind not in _INCOMPLETE and fault.field.partition(".")[0] in keys]


def not_found(data: Mapping[str, Any], services: Collection[str], lines: Collection[str]) -> list[Problem]:
    """The services and budget lines of a content that are in neither the catalogue nor the budget."""
    found = []
    if absent := sorted(set(data.get("services") or ()) - set(services)):
        found.append(problem("services", N_("Not in the catalogue: %(codes)s."), codes=", ".join(absent)))
    if absent := sorted(set(data.get("budget_lines") or ()) - set(lines)):
        message = N_("Not in the budget: %(codes)s. Add these lines first.")
        found.append(problem("budget_lines", message, codes=", ".join(absent)))
    return found


def unsized(data: Mapping[str, Any], day: dt.date) -> list[Problem]:
    """Money rules on a legal basis for some sizes of enterprise only, where nothing in the call looks at the size.

    What is not whole yet is passed over: `faults` says so.
    """
    try:
        content = CallContent.model_validate(data)
    except ValidationError:
        return []
    if eligibility.looks_at_size(content):
        return []
    message = N_("This legal basis is for some sizes only. List them here, or add a condition about the size.")
    return [
        problem(f"money.{index}.sizes", message)
        for index, rule in enumerate(content.money)
        if basis_on(rule.legal_basis, day).sizes != frozenset(SizeClass)
    ]


def date_faults(
    opens_at: dt.datetime,
    closes_at: dt.datetime,
    in_force: tuple[dt.datetime, dt.datetime] | None,
    now: dt.datetime,
) -> list[Problem]:
    """What is wrong with the dates of a version that is to be published; `in_force` are those that were promised.

    Who began an application counts on the day that was announced: it never comes earlier, and what is open stays open.
    """
    found = []
    if opens_at >= closes_at:
        found.append(problem("closes_at", N_("The call must close after it opens.")))
    elif closes_at <= now:
        found.append(problem("closes_at", N_("The call would be closed already. Choose a later day.")))
    if in_force is not None and closes_at < in_force[1]:
        found.append(problem("closes_at", N_("Applicants were promised more time. Choose the same day or later.")))
    if in_force is not None and in_force[0] <= now < opens_at:
        found.append(problem("opens_at", N_("The call is open already and stays open.")))
    return found


def _faults(data: Mapping[str, Any]) -> Iterator[tuple[str, Problem]]:
    try:
        CallContent.model_validate(data)
    except ValidationError as refusal:
        for error in refusal.errors(include_url=False, include_input=False):
            way, context = _way(error["loc"]), error.get("ctx", {})
            reason = context.get("error")
            if isinstance(reason, Unfit):
                for fault in reason.problems:
                    yield error["type"], Problem(".".join(filter(None, (*way, fault.field))), fault.text)
            else:
                yield error["type"], Problem(".".join(way), _words(error["type"], way, context))


def _words(kind: str, way: Sequence[str], context: Mapping[str, Any]) -> Text:
    if kind == "string_pattern_mismatch":
        return Text(next((words for name, words in _PATTERNS.items() if name in way), _KEY))
    message = _WORDS.get(kind, _OTHER)
    return Text(message, {name: context[name] for name in ("ge", "gt", "le") if f"%({name})s" in message})


def _way(steps: Sequence[int | str]) -> list[str]:
    """Pydantic's way without what the editor does not have: the kind of a check, which follows it as a step."""
    way = [str(step) for step in steps]
    return [step for index, step in enumerate(way) if index == 0 or way[index - 1] != "check"]
