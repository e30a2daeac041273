"""The parts of a call as a manager edits them, with their fields. Together they are a `calls.content.CallContent`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dih.calls.fields import Field, labels
from dih.calls.groups import CHECK, CRITERION, FILE_KINDS, MONEY, QUESTION, key_field
from dih.calls.vocabulary import CALL_METHOD_LABELS
from dih.shared.wording import N_, Text
from dih.taxonomy.vocabulary import TARGET_GROUP_LABELS


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a call's content; its fields are keys of the content."""

    key: str
    label: str
    hint: str
    fields: tuple[Field, ...]

    def of(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """What of a content belongs to the part."""
        return {field.name: content[field.name] for field in self.fields if field.name in content}


def _days(name: str, label: str) -> Field:
    return Field(name, label, "integer")


PARTS = (
    Part(
        "basics",
        N_("Title and method"),
        N_("What the call is, for whom, and how it is decided."),
        (
            Field("title", N_("Title"), "both"),
            Field("summary", N_("Summary"), "long", N_("One or two sentences for lists.")),
            Field("description", N_("Description"), "long", N_("An empty line begins a new paragraph.")),
            Field(
                "target_group",
                N_("Target group"),
                "choice",
                options={group.value: label for group, label in TARGET_GROUP_LABELS.items()},
            ),
            Field(
                "method",
                N_("How it is decided"),
                "choice",
                options={method.value: label for method, label in CALL_METHOD_LABELS.items()},
            ),
            Field("reviews_per_application", N_("Reviews of each application"), "integer", N_("0 means none.")),
        ),
    ),
    Part(
        "services",
        N_("Services and budget"),
        N_("What the call pays for, and from which lines."),
        (
            Field("services", N_("Services"), "choices", options="services"),
            Field("budget_lines", N_("Budget lines"), "choices", options="budget_lines"),
        ),
    ),
    Part(
        "days",
        N_("Periods"),
        N_("How long each step may take."),
        (
            Field(
                "days",
                N_("Periods"),
                "object",
                fields=(
                    _days("routing_answer_working_days", N_("A partner answers within (working days)")),
                    _days("clarification_working_days", N_("A clarification is answered within (working days)")),
                    _days("review_working_days", N_("Reviewers score within (working days)")),
                    _days("acceptance_days", N_("The voucher is accepted within (days)")),
                    _days("voucher_validity_days", N_("The voucher is valid for (days)")),
                    _days("appeal_days", N_("One may appeal within (days)")),
                    _days("grace_minutes", N_("Grace after the deadline (minutes)")),
                ),
            ),
        ),
    ),
    Part(
        "money",
        N_("Who pays"),
        N_("Exactly one rule must fit each applicant that the conditions let in."),
        (Field("money", N_("Money rules"), "rows", fields=MONEY, one=N_("Money rule"), titled="source"),),
    ),
    Part(
        "conditions",
        N_("Conditions"),
        N_("Who may apply. The check before sign-up asks at most six questions."),
        (
            Field(
                "conditions",
                N_("Conditions"),
                "rows",
                fields=(
                    Field("text", N_("Condition in words"), "both"),
                    Field("source", N_("Source"), "both"),
                    key_field("text"),
                    Field("check", N_("Check"), "object", fields=CHECK),
                ),
                one=N_("Condition"),
                titled="text",
            ),
        ),
    ),
    Part(
        "sections",
        N_("Sections"),
        N_("The tasks on the applicant's list. Each holds some of the questions."),
        (
            Field(
                "sections",
                N_("Sections"),
                "rows",
                fields=(Field("title", N_("Title"), "both"), key_field("title")),
                one=N_("Section"),
                titled="title",
            ),
        ),
    ),
    Part(
        "questions",
        N_("Questions"),
        N_("What the applicant is asked, in this order within each section."),
        (Field("questions", N_("Questions"), "rows", fields=QUESTION, one=N_("Question"), titled="label"),),
    ),
    Part(
        "documents",
        N_("Documents"),
        N_("Files that the applicant attaches."),
        (
            Field(
                "documents",
                N_("Documents"),
                "rows",
                fields=(
                    Field("label", N_("Document"), "both"),
                    Field("help", N_("Help below it"), "both", optional=True),
                    key_field("label"),
                    Field("required", N_("The document is required"), "tick"),
                    Field("kinds", N_("Kinds of file"), "choices", options=FILE_KINDS),
                    Field("max_mb", N_("Largest size (MB)"), "integer"),
                ),
                one=N_("Document"),
                titled="label",
            ),
        ),
    ),
    Part(
        "declarations",
        N_("Declarations"),
        N_("Statements that the applicant ticks."),
        (
            Field(
                "declarations",
                N_("Declarations"),
                "rows",
                fields=(
                    Field("text", N_("Statement, as the applicant says it"), "long"),
                    key_field("text"),
                    Field("required", N_("It must be ticked"), "tick"),
                ),
                one=N_("Declaration"),
                titled="text",
            ),
        ),
    ),
    Part(
        "grid",
        N_("Grid of the reviewers"),
        N_("Only for calls with reviews. Leave it empty otherwise."),
        (
            Field(
                "grid",
                N_("Grid"),
                "object",
                fields=(
                    Field("total_threshold_percent", N_("Share of all points that is needed"), "percent"),
                    Field(
                        "criteria",
                        N_("Criteria"),
                        "rows",
                        N_("Their weights sum to 100 percent."),
                        fields=CRITERION,
                        one=N_("Criterion"),
                        titled="label",
                    ),
                    Field(
                        "tie_breaks",
                        N_("Criteria that break a tie"),
                        "codes",
                        N_("Their keys in order, with commas. After them the earlier submission wins."),
                        optional=True,
                    ),
                ),
                optional=True,
            ),
        ),
    ),
)

BY_KEY = {part.key: part for part in PARTS}
PART_OF = {field.name: part for part in PARTS for field in part.fields}
"""The part that holds a key of the content."""


def next_after(part: Part) -> Part | None:
    """The part that follows on the list; None after the last."""
    index = PARTS.index(part) + 1
    return PARTS[index] if index < len(PARTS) else None


def where(way: str) -> list[Text | str]:
    """The labels on the way to a control, its part at the front."""
    part = PART_OF.get(way.partition(".")[0])
    return [Text(part.label), *labels(part.fields, way.split("."))] if part else []
