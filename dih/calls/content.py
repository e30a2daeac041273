"""What one version of a call says, as typed and validated data.

A call version stores `CallContent.model_dump(mode="json")` and reads it back with `CallContent.model_validate`.
Everything here is frozen: a change makes a new version. Money is integer cents of euro, percents may have two decimals,
days are said by each field's name. Invalid data raises `pydantic.ValidationError`; its message names the key that is
wrong and why.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import product
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dih.aid.vocabulary import SizeClass
from dih.calls.conditions import (
    Condition,
    EconomicActivityCheck,
    LegalNatureCheck,
    SizeCheck,
    StaffCheck,
)
from dih.calls.grid import Grid
from dih.calls.typed import Code, Frozen, Key, Localised, Percent, known_only, unique
from dih.calls.vocabulary import CallMethod
from dih.organisations.vocabulary import LegalNature
from dih.taxonomy.vocabulary import TargetGroup

LegalBasis = Literal["gber_28", "de_minimis", "none"]

MAX_CHECK_QUESTIONS = 6


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
        if (self.kind in ("text", "long_text")) != (self.max_length is not None):
            raise ValueError(f"question {self.key}: max_length belongs to each text and to nothing else")
        if (self.kind in ("choice", "multi_choice")) != (len(self.choices) >= 2):
            raise ValueError(f"question {self.key}: at least two choices belong to each choice and to nothing else")
        numeric = self.kind in ("integer", "money")
        if numeric != (self.maximum is not None) or (self.minimum is not None and not numeric):
            raise ValueError(f"question {self.key}: a maximum belongs to each number, limits to nothing else")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"question {self.key}: minimum above maximum")
        unique(f"question {self.key}: choice", (choice.value for choice in self.choices))
        return self


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
        unique(f"document {self.key}: kind", self.kinds)
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
            raise ValueError(f"shares sum to {total} percent instead of 100")
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
    def _keys_fit_together(self) -> Self:
        for what in ("service", "budget_line"):
            unique(what, getattr(self, f"{what}s"))
        for what in ("condition", "section", "question", "declaration", "document"):
            unique(what, (part.key for part in getattr(self, f"{what}s")))
        sections = {section.key for section in self.sections}
        known_only("section", (question.section for question in self.questions), sections)
        empty = sections - {question.section for question in self.questions}
        if empty:
            raise ValueError(f"section without a question: {', '.join(sorted(empty))}")
        named = (c.check.document for c in self.conditions if isinstance(c.check, StaffCheck) and c.check.document)
        known_only("document of a condition", named, (document.key for document in self.documents))
        return self

    @model_validator(mode="after")
    def _method_fits_the_reviews(self) -> Self:
        if self.method is CallMethod.FIRST_COME and self.reviews_per_application > 1:
            raise ValueError("a call by order of arrival has no review or one")
        if self.method is CallMethod.RANKED and self.reviews_per_application == 0:
            raise ValueError("a ranked call needs at least one review")
        if (self.grid is not None) != (self.reviews_per_application > 0):
            raise ValueError("a grid belongs to each call with reviews and to no other")
        return self

    @model_validator(mode="after")
    def _check_is_short(self) -> Self:
        facts = Counter(condition.check.kind for condition in self.conditions)
        repeated = sorted(kind for kind, count in facts.items() if count > 1 and kind not in ("asked", "staff"))
        if repeated:
            raise ValueError(f"more than one condition on: {', '.join(repeated)}")
        if self.questions_in_check > MAX_CHECK_QUESTIONS:
            raise ValueError(
                f"the eligibility check would ask {self.questions_in_check} questions, more than {MAX_CHECK_QUESTIONS}"
            )
        return self

    @model_validator(mode="after")
    def _one_money_rule_each(self) -> Self:
        for facts in self._facts_let_in():
            fitting = sum(rule.covers(*facts) for rule in self.money)
            if fitting != 1:
                nature, activity, size = facts
                whom = f"{nature.value}, economic activity {activity}, {size.value}"
                raise ValueError(f"{fitting} money rules instead of one for {whom}")
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

    def _facts_let_in(self) -> Iterable[tuple[LegalNature, bool, SizeClass]]:
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
