"""The legal bases that a call names, as time goes by: which end soon, and what takes their place. Pure.

Past the last day of a basis no aid is granted on it. A manager then names another one in the next version of the call;
who applied under an earlier version keeps all of it but the basis that the law no longer has.
"""

from __future__ import annotations

import datetime as dt

from dih.aid.legal_bases import LegalBasis, basis_on
from dih.calls import eligibility
from dih.calls.content import CallContent, MoneyRule
from dih.calls.eligibility import Facts

WARNED_DAYS = 42
"""How many days before its end a basis is warned of: six weeks to write, publish and announce the next version."""


def ending(content: CallContent, day: dt.date, closes_on: dt.date) -> list[LegalBasis]:
    """The bases of a call that have ended on `day`, end within WARNED_DAYS or before the call closes, each once."""
    until = max(day + dt.timedelta(days=WARNED_DAYS), closes_on)
    named = [basis_on(code, day) for code in dict.fromkeys(rule.legal_basis for rule in content.money)]
    return [basis for basis in named if basis.ended_before(until) and not _goes_on(basis)]


def _goes_on(basis: LegalBasis) -> bool:
    """Whether the law follows it by another version of the same basis."""
    return basis.valid_to is not None and basis_on(basis.code, basis.valid_to + dt.timedelta(days=1)) != basis


def renewed(rule: MoneyRule, newer: CallContent, facts: Facts, day: dt.date) -> MoneyRule:
    """A rule whose basis has ended by `day`, on the basis that the version in force names for the same organisation.

    The rule itself where its basis stands, and where the newer version divides the price in another way or names no
    basis that stands: the refusal at the gate then says which basis ended.
    """
    if basis_on(rule.legal_basis, day).in_force(day):
        return rule
    other = eligibility.money_rule(newer, facts)
    if other is None or _shares(other) != _shares(rule) or not basis_on(other.legal_basis, day).in_force(day):
        return rule
    return rule.model_copy(update={"legal_basis": other.legal_basis, "source": other.source})


def _shares(rule: MoneyRule) -> tuple[object, ...]:
    return rule.eu_share_percent, rule.national_share_percent, rule.beneficiary_share_percent
