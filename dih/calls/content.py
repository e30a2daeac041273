"""What one version of a call says, as typed and validated data.

A call version stores `CallContent.model_dump(mode="json")` and reads it back with `CallContent.model_validate`.
Everything here is frozen: a change makes a new version. Money is integer cents of euro, percents may have two decimals,
days are said by each field's name. Invalid data raises `pydantic.ValidationError`; its message names the key that is
wrong and why.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dih.aid.vocabulary import SizeClass
from dih.calls import fit
from dih.calls.conditions import (
    Condition,
    EconomicActivityCheck,
    LegalNatureCheck,
    SizeCheck,
)
from dih.calls.grid import Grid
from dih.calls.typed import Code, Frozen, Key, Localised, Percent, problem, refuse, repeated
from dih.calls.vocabulary import CallMethod
from dih.organisations.vocabulary import LegalNature
from dih.shared.errors import Problem
from dih.shared.wording import N_
from dih.taxonomy.vocabulary import TargetGroup

LegalBasis = Literal["gber_28", "de_minimis", "none"]


class Section(Frozen):
    """A part of the questionnaire: one task of the applicant's task list."""

    key: Key
    title: Localised


class Choice(Frozen):
    """One answer to pick; `value` is what is stored."""

    value: Key
    label: Localised


class Question(Frozen):
    """One question. Texts have a `max_length` in characters, numbers a `minimum` and `maximum` (cents for money)."""

    key: Key
    section: Key
    label: Localised
    help: Localised | None = None
    kind: Literal["text", "long_text", "integer", "money", "choice", "multi_choice", "yes_no", "date"]
    required: bool = False
    max_length: Annotated[int, Field(ge=1, le=10_000)] | None = None
    choices: tuple[Choice, ...] = ()
    minimum: Annotated[int, Field(ge=0)] | None = None
    maximum: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _limits_fit_the_kind(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Problem]:
        if (self.kind in ("text", "long_text")) != (self.max_length is not None):
            yield problem("max_length", N_("Say how long a text may be; nothing else has a length."))
        if (self.kind in ("choice", "multi_choice")) != (len(self.choices) >= 2):
            yield problem("choices", N_("Give at least two choices; only questions with choices have any."))
        numeric = self.kind in ("integer", "money")
        if numeric != (self.maximum is not None) or (self.minimum is not None and not numeric):
            yield problem("maximum", N_("Say how large a number may be; nothing else has limits."))
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            yield problem("minimum", N_("The smallest number is above the largest one."))
        yield from repeated("choices", (choice.value for choice in self.choices))


class Declaration(Frozen):
    """A statement that the applicant ticks, worded as the applicant says it."""

    key: Key
    text: Localised
    required: bool = True


class Document(Frozen):
    """A file to attach: the kinds accepted, by content, and the largest size in MB (1,000,000 bytes)."""

    key: Key
    label: Localised
    help: Localised | None = None
    required: bool = False
    kinds: Annotated[tuple[Literal["pdf", "docx", "xlsx", "jpg", "png"], ...], Field(min_length=1)]
    max_mb: Annotated[int, Field(ge=1, le=25)]

    @model_validator(mode="after")
    def _kinds_once(self) -> Self:
        refuse(repeated("kinds", self.kinds))
        return self


class MoneyRule(Frozen):
    """Who pays which percent of the price, under which legal basis, and the most one application may ask, in cents.

    The rule is for the legal natures and sizes listed (all sizes when none is listed) and for projects with or without
    economic activity (both when unset).
    """

    legal_natures: Annotated[tuple[LegalNature, ...], Field(min_length=1)]
    economic_activity: bool | None = None
    sizes: tuple[SizeClass, ...] = ()
    legal_basis: LegalBasis
    source: Localised
    eu_share_percent: Percent
    national_share_percent: Percent
    beneficiary_share_percent: Percent
    max_value_cents: Annotated[int, Field(gt=0)]

    @model_validator(mode="after")
    def _shares_make_the_price(self) -> Self:
        total = self.eu_share_percent + self.national_share_percent + self.beneficiary_share_percent
        if total != 100:
            message = N_("The three shares sum to %(total)s percent instead of 100.")
            refuse([problem("eu_share_percent", message, total=total)])
        return self

    def covers(self, legal_nature: LegalNature, economic_activity: bool, size: SizeClass) -> bool:
        """Whether the rule is for an organisation with these three facts."""
        return (
            legal_nature in self.legal_natures
            and self.economic_activity in (None, economic_activity)
            and (not self.sizes or size in self.sizes)
        )


class Days(Frozen):
    """The periods of a call, in calendar days unless the name says working days or minutes."""

    routing_answer_working_days: Annotated[int, Field(ge=1, le=60)]
    clarification_working_days: Annotated[int, Field(ge=1, le=60)]
    review_working_days: Annotated[int, Field(ge=1, le=60)]
    acceptance_days: Annotated[int, Field(ge=1, le=120)]
    voucher_validity_days: Annotated[int, Field(ge=1, le=1100)]
    appeal_days: Annotated[int, Field(ge=0, le=60)]
    grace_minutes: Annotated[int, Field(ge=0, le=120)]

    @model_validator(mode="after")
    def _accepted_before_it_ends(self) -> Self:
        if self.voucher_validity_days < self.acceptance_days:
            message = N_("A voucher would end before its last day to be accepted. Enter at least %(least)s.")
            refuse([problem("voucher_validity_days", message, least=self.acceptance_days)])
        return self

    def appeal_until(self, decided_on: dt.date) -> dt.date | None:
        """The last day of an appeal against what was decided on a day; None where the call has no appeals."""
        return decided_on + dt.timedelta(days=self.appeal_days) if self.appeal_days else None


class CallContent(Frozen):
    """One version of a call, whole. `services` and `budget_lines` are codes, looked up where they live."""

    title: Localised
    summary: Localised
    description: Localised
    target_group: TargetGroup
    method: CallMethod
    reviews_per_application: Annotated[int, Field(ge=0, le=5)]
    services: Annotated[tuple[Code, ...], Field(min_length=1)]
    budget_lines: Annotated[tuple[Code, ...], Field(min_length=1)]
    days: Days
    money: Annotated[tuple[MoneyRule, ...], Field(min_length=1)]
    conditions: Annotated[tuple[Condition, ...], Field(min_length=1)]
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    declarations: tuple[Declaration, ...] = ()
    documents: tuple[Document, ...] = ()
    grid: Grid | None = None

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        refuse(fit.faults(self))
        return self

    @property
    def questions_in_check(self) -> int:
        """How many questions the check before sign-up asks: each fact that a condition or the money needs, once."""
        facts = {condition.check.kind for condition in self.conditions} - {"asked", "staff"} | {"legal_nature"}
        if any(rule.sizes for rule in self.money):
            facts.add("size")
        if any(rule.economic_activity is not None for rule in self.money):
            facts.add("economic_activity")
        return len(facts) + sum(condition.check.kind == "asked" for condition in self.conditions)

    def facts_let_in(self) -> Iterable[tuple[LegalNature, bool, SizeClass]]:
        """Each combination of legal nature, economic activity and size that the conditions let in."""
        natures, sizes = tuple(LegalNature), tuple(SizeClass)
        activities: tuple[bool, ...] = (True, False)
        for condition in self.conditions:
            if isinstance(condition.check, LegalNatureCheck):
                natures = condition.check.one_of
            elif isinstance(condition.check, SizeCheck):
                sizes = condition.check.one_of
            elif isinstance(condition.check, EconomicActivityCheck):
                activities = (condition.check.equals,)
        return product(natures, activities, sizes)
