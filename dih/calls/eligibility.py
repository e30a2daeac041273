"""Who may apply and for how much, decided from the conditions and money rules of a call's content. Pure.

The check before sign-up asks at most six questions (`CallContent` refuses more); what staff look at is listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dih.aid.vocabulary import SizeClass
from dih.calls.conditions import (
    ActivityCodeCheck,
    AskedCheck,
    Check,
    Condition,
    CountyCheck,
    EconomicActivityCheck,
    LegalNatureCheck,
    SizeCheck,
)
from dih.calls.content import CallContent, MoneyRule
from dih.organisations.vocabulary import LegalNature
from dih.shared import money


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about an organisation and its project; None is not known yet.

    `activity_code` is a CAEN code, digits only; `asked` holds the answers by the key of their condition.
    """

    legal_nature: LegalNature | None = None
    size: SizeClass | None = None
    county: str | None = None
    activity_code: str | None = None
    economic_activity: bool | None = None
    asked: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckQuestion:
    """One question of the check. `key` is the fact's name or, of a yes-or-no question in words, its condition's key.

    Only organisations whose legal nature is in `needed_by` have to answer.
    """

    key: str
    words: Mapping[Any, str] | None
    needed_by: frozenset[LegalNature]


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition held against the facts: met, not met, or None where the fact is not known or staff look at it."""

    condition: Condition
    met: bool | None


@dataclass(frozen=True, slots=True)
class Support:
    """The most that one application may ask, in cents, and how the money rule divides it."""

    rule: MoneyRule
    eu_cents: int
    national_cents: int
    beneficiary_cents: int


@dataclass(frozen=True, slots=True)
class EligibilityResult:
    """Yes or no, each condition with its source, what staff will look at, and how much; no support with a no."""

    eligible: bool
    findings: Sequence[Finding]
    left_to_staff: Sequence[Condition]
    support: Support | None

    @property
    def unmet(self) -> Sequence[Finding]:
        """The conditions that stand in the way."""
        return [finding for finding in self.findings if finding.met is False]


def questions(content: CallContent) -> list[CheckQuestion]:
    """What the check asks, in order: the facts that a condition or the money needs, then the questions in words."""
    let_in = natures_let_in(content)
    in_conditions = {condition.check.kind for condition in content.conditions}
    needed = dict.fromkeys(in_conditions & set(_FACTS), let_in)
    needed["legal_nature"] = frozenset(LegalNature)
    for fact in ("size", "economic_activity"):
        by_money = frozenset(n for rule in content.money if _depends_on(rule, fact) for n in rule.legal_natures)
        if fact not in needed and by_money:
            needed[fact] = by_money & let_in
    asked = [
        CheckQuestion(condition.key, condition.check.question, let_in)
        for condition in content.conditions
        if isinstance(condition.check, AskedCheck)
    ]
    return [CheckQuestion(fact, None, needed[fact]) for fact in _FACTS if fact in needed] + asked


def natures_let_in(content: CallContent) -> frozenset[LegalNature]:
    """The legal natures that may apply at all."""
    for condition in content.conditions:
        if isinstance(condition.check, LegalNatureCheck):
            return frozenset(condition.check.one_of)
    return frozenset(LegalNature)


def met(condition: Condition, facts: Facts) -> bool | None:
    """Whether the facts meet a condition; None when the fact is not known or only staff can say."""
    return _met(condition.check, condition.key, facts)


def money_rule(content: CallContent, facts: Facts) -> MoneyRule | None:
    """The one money rule for these facts; None when no rule covers them or the facts leave several open."""
    if facts.legal_nature is None:
        return None
    nature = facts.legal_nature
    activities = (True, False) if facts.economic_activity is None else (facts.economic_activity,)
    sizes = tuple(SizeClass) if facts.size is None else (facts.size,)
    fitting = [
        rule
        for rule in content.money
        if any(rule.covers(nature, activity, size) for activity in activities for size in sizes)
    ]
    return fitting[0] if len(fitting) == 1 else None


def assess(content: CallContent, facts: Facts) -> EligibilityResult:
    """The result for these facts: yes when every condition that can be checked is met and the money is known."""
    checked = [condition for condition in content.conditions if condition.check.kind != "staff"]
    findings = [Finding(condition, met(condition, facts)) for condition in checked]
    rule = money_rule(content, facts)
    eligible = rule is not None and all(finding.met for finding in findings)
    left = [condition for condition in content.conditions if condition.check.kind == "staff"]
    return EligibilityResult(eligible, findings, left, support(rule) if eligible and rule else None)


def support(rule: MoneyRule) -> Support:
    """How a money rule divides the most that may be asked, to the cent."""
    shares = [rule.eu_share_percent, rule.national_share_percent, rule.beneficiary_share_percent]
    return Support(rule, *money.split(rule.max_value_cents, shares))


_FACTS = ("legal_nature", "size", "county", "activity_code", "economic_activity")


def looks_at_size(content: CallContent) -> bool:
    """Whether a condition or the money depends on the size of an enterprise."""
    checked = any(isinstance(condition.check, SizeCheck) for condition in content.conditions)
    return checked or any(rule.sizes for rule in content.money)


def _depends_on(rule: MoneyRule, fact: str) -> bool:
    return bool(rule.sizes) if fact == "size" else rule.economic_activity is not None


def _met(check: Check, key: str, facts: Facts) -> bool | None:
    if isinstance(check, LegalNatureCheck):
        return None if facts.legal_nature is None else facts.legal_nature in check.one_of
    if isinstance(check, SizeCheck):
        return None if facts.size is None else facts.size in check.one_of
    if isinstance(check, CountyCheck):
        return None if facts.county is None else facts.county in check.one_of
    if isinstance(check, EconomicActivityCheck):
        return None if facts.economic_activity is None else facts.economic_activity == check.equals
    if isinstance(check, ActivityCodeCheck):
        return None if facts.activity_code is None else facts.activity_code.startswith(check.prefixes)
    if isinstance(check, AskedCheck):
        return None if key not in facts.asked else facts.asked[key] == check.expected
    return None
