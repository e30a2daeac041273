"""What a record of the audit says was and is, in words: the names of facts and their values as people read them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import escape

from dih.aid.vocabulary import GRANT_STATUS_LABELS
from dih.applications.vocabulary import APPLICATION_STATUS_LABELS
from dih.budget.vocabulary import CHANGE_STATUS_LABELS
from dih.calls.vocabulary import CALL_STATUS_LABELS
from dih.conflicts.vocabulary import CONFLICT_KIND_LABELS, CONFLICT_SOURCE_LABELS, CONFLICT_STATUS_LABELS
from dih.decisions.vocabulary import APPEAL_STATUS_LABELS, MEETING_STATUS_LABELS
from dih.desks.vocabulary import FACT_LABELS
from dih.organisations.vocabulary import LEGAL_NATURE_LABELS
from dih.payments.vocabulary import LINE_STATUS_LABELS, PAYMENT_STATUS_LABELS
from dih.reviews.vocabulary import REVIEW_STATUS_LABELS
from dih.routing.vocabulary import ROUTING_MODE_LABELS, ROUTING_STATUS_LABELS
from dih.shared import settings
from dih.shared.access import ROLE_LABELS, ScopeKind
from dih.shared.money import Euro
from dih.shared.wording import N_, Text
from dih.taxonomy import terms
from dih.vouchers.vocabulary import VOUCHER_STATUS_LABELS

Labels = Mapping[Any, str]
Thing = tuple[str, int]
"""A person, a partner or an organisation by its kind and id."""

PERSON = "person"
_THINGS = {
    "person_id": PERSON,
    "reviewer_id": PERSON,
    "partner_id": ScopeKind.PARTNER.value,
    "organisation_id": ScopeKind.ORGANISATION.value,
}
"""What a fact that is an id names."""

_STATES: Mapping[str, Labels] = {
    "application": APPLICATION_STATUS_LABELS,
    "routing": ROUTING_STATUS_LABELS,
    "review": REVIEW_STATUS_LABELS,
    "conflict": CONFLICT_STATUS_LABELS,
    "voucher": VOUCHER_STATUS_LABELS,
    "call": CALL_STATUS_LABELS,
    "aid_grant": GRANT_STATUS_LABELS,
    "line_change": CHANGE_STATUS_LABELS,
    "meeting": MEETING_STATUS_LABELS,
    "appeal": APPEAL_STATUS_LABELS,
    "payment": PAYMENT_STATUS_LABELS,
    "statement_line": LINE_STATUS_LABELS,
}
_WORDS: Mapping[tuple[str, str], Labels] = {
    ("membership", "role"): ROLE_LABELS,
    ("invitation", "role"): ROLE_LABELS,
    ("routing", "mode"): ROUTING_MODE_LABELS,
    ("conflict", "kind"): CONFLICT_KIND_LABELS,
    ("conflict", "source"): CONFLICT_SOURCE_LABELS,
    ("organisation", "legal_nature"): LEGAL_NATURE_LABELS,
    **{(kind, "status"): labels for kind, labels in _STATES.items()},
}
"""The labels of a fact whose value is one of a list, by the kind of subject and the name of the fact."""

_SECTORS = {term.code: term.label for term in terms.sectors()}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FIGURES = re.compile(r"figures_(\d{4})")
"""Staff, turnover and balance sheet (cents) of a year."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that changed. `form` says how the value is read: words, plain, euro (cents), day or local."""

    label: Any
    value: Any
    form: str


def things(kept: Mapping[str, Any]) -> Iterator[Thing]:
    """Whom the facts of a record name by an id, so that the reader can be given names."""
    for name in kept:
        yield from _meant(name, kept)


def facts(kind: str, kept: Mapping[str, Any], names: Mapping[Thing, str]) -> list[Fact]:
    """What a record about a subject of this kind keeps, fact by fact; `names` of what `things` found in it.

    Who is not in `names` is told by number.
    """
    return [
        Fact(_named(kind, name), *(_who(_meant(name, kept), names) or _read(kind, name, value)))
        for name, value in kept.items()
        if name != "scope_kind"
    ]


def _meant(name: str, kept: Mapping[str, Any]) -> list[Thing]:
    value = kept[name]
    if name == "present":
        return [(PERSON, person_id) for person_id in value]
    kind = kept.get("scope_kind", "") if name == "scope_id" else _THINGS.get(name)
    return [] if kind is None or value is None else [(kind, value)]


def _who(meant: list[Thing], names: Mapping[Thing, str]) -> tuple[str, str] | None:
    return (", ".join(names.get(thing, f"#{thing[1]}") for thing in meant), "plain") if meant else None


def _named(kind: str, name: str) -> Any:
    if year := _FIGURES.fullmatch(name):
        return Text(N_("Figures of %(year)s"), {"year": year[1]})
    if kind == "setting" and (setting := settings.find(name)):
        return setting.label
    return FACT_LABELS.get(name, escape(name))


def _read(kind: str, name: str, value: Any) -> tuple[Any, str]:
    labels = _WORDS.get((kind, name), {})
    if isinstance(value, str) and value in labels:
        return labels[value], "words"
    if isinstance(value, bool):
        return N_("Yes") if value else N_("No"), "words"
    if name.endswith("_cents") and isinstance(value, int):
        return value, "euro"
    if isinstance(value, str) and _DAY.fullmatch(value):
        return dt.date.fromisoformat(value), "day"
    if _FIGURES.fullmatch(name) and isinstance(value, list) and len(value) == 3:
        staff, turnover, balance = value
        given = {"staff": staff, "turnover": Euro(turnover), "balance": Euro(balance)}
        return Text(N_("staff %(staff)s, turnover %(turnover)s, balance sheet %(balance)s"), given), "words"
    if name.endswith("_e4") and isinstance(value, int):
        return f"{Decimal(value) / 10_000:f} %", "plain"
    if name == "sector" and value in _SECTORS:
        return _SECTORS[value], "local"
    if isinstance(value, Mapping) and {"ro", "en"} <= value.keys():
        return value, "local"
    return "–" if value in (None, "") else value, "plain"
