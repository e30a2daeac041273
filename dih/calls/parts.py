"""The parts of a call as a manager edits them, each with its fields. Together they are a `calls.content.CallContent`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dih.aid.vocabulary import SIZE_LABELS
from dih.calls.fields import Field
from dih.calls.vocabulary import CALL_METHOD_LABELS, LEGAL_BASIS_LABELS
from dih.organisations.vocabulary import LEGAL_NATURE_LABELS
from dih.shared.wording import N_
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


CHECK_KIND_LABELS = {
    "legal_nature": N_("By the legal nature"),
    "size": N_("By the size of the organisation"),
    "county": N_("By the county"),
    "economic_activity": N_("By economic activity in the project"),
    "activity_code": N_("By the CAEN code"),
    "asked": N_("By a question to the applicant"),
    "staff": N_("By the hub, in the documents"),
}
QUESTION_KIND_LABELS = {
    "text": N_("A line of text"),
    "long_text": N_("A longer text"),
    "integer": N_("A whole number"),
    "money": N_("An amount of money"),
    "choice": N_("One of several choices"),
    "multi_choice": N_("Any of several choices"),
    "yes_no": N_("Yes or no"),
    "date": N_("A day"),
}
FILE_KINDS = {kind: kind.upper() for kind in ("pdf", "docx", "xlsx", "jpg", "png")}

_NATURES = {nature.value: label for nature, label in LEGAL_NATURE_LABELS.items()}
_SIZES = {size.value: label for size, label in SIZE_LABELS.items()}
_KEY_HINT = N_("A short name for files and reports. Left empty, it is made from the English words.")


def _key(named_by: str, name: str = "key") -> Field:
    return Field(name, N_("Key"), "key", _KEY_HINT, named_by=named_by)


def _days(name: str, label: str) -> Field:
    return Field(name, label, "integer")


_CHECK = (
    Field("kind", N_("How it is checked"), "choice", options=CHECK_KIND_LABELS),
    Field("one_of", N_("Let in"), "choices", options=_NATURES, kinds=frozenset({"legal_nature"})),
    Field("one_of", N_("Let in"), "choices", options=_SIZES, kinds=frozenset({"size"})),
    Field("one_of", N_("Let in"), "choices", options="counties", kinds=frozenset({"county"})),
    Field("equals", N_("With economic activity"), "yes_no", kinds=frozenset({"economic_activity"})),
    Field(
        "prefixes",
        N_("CAEN codes that are let in"),
        "codes",
        N_("Beginnings of two to four digits, with commas: 25 is a whole division, 3250 one class."),
        kinds=frozenset({"activity_code"}),
    ),
    Field("question", N_("Question to the applicant"), "both", kinds=frozenset({"asked"})),
    Field("expected", N_("Answer that is let in"), "yes_no", kinds=frozenset({"asked"})),
    Field(
        "document",
        N_("Document in which it is seen"),
        "choice",
        options="documents",
        kinds=frozenset({"staff"}),
        optional=True,
    ),
)

_TEXTS, _CHOICES = frozenset({"text", "long_text"}), frozenset({"choice", "multi_choice"})
_QUESTION = (
    Field("label", N_("Question"), "both"),
    Field("help", N_("Help below it"), "both", optional=True),
    _key("label"),
    Field("section", N_("Section"), "choice", options="sections"),
    Field("kind", N_("Kind of answer"), "choice", options=QUESTION_KIND_LABELS),
    Field("required", N_("An answer is required"), "tick"),
    Field("max_length", N_("Most characters"), "integer", kinds=_TEXTS),
    Field("minimum", N_("Smallest number"), "integer", kinds=frozenset({"integer"}), optional=True),
    Field("maximum", N_("Largest number"), "integer", kinds=frozenset({"integer"})),
    Field("minimum", N_("Smallest amount"), "money", kinds=frozenset({"money"}), optional=True),
    Field("maximum", N_("Largest amount"), "money", kinds=frozenset({"money"})),
    Field(
        "choices",
        N_("Choices"),
        "rows",
        fields=(Field("label", N_("Choice"), "both"), _key("label", "value")),
        kinds=_CHOICES,
        one=N_("Choice"),
        titled="label",
    ),
)

_CRITERION = (
    Field("label", N_("Criterion"), "both"),
    Field("guidance", N_("Guidance for reviewers"), "long"),
    _key("label"),
    Field("weight_percent", N_("Weight in the total"), "percent"),
    Field("max_points", N_("Most points"), "integer"),
    Field("threshold_points", N_("Points needed at least"), "integer", optional=True),
    Field("remark_below_points", N_("A remark is needed below these points"), "integer", optional=True),
    Field(
        "sub_criteria",
        N_("Sub-criteria"),
        "rows",
        N_("Where there are any, reviewers score these; their points sum to those of the criterion."),
        fields=(
            Field("label", N_("Sub-criterion"), "both"),
            Field("guidance", N_("Guidance for reviewers"), "long"),
            _key("label"),
            Field("max_points", N_("Most points"), "integer"),
        ),
        one=N_("Sub-criterion"),
        titled="label",
    ),
)

_MONEY = (
    Field("legal_natures", N_("For which organisations"), "choices", options=_NATURES),
    Field("sizes", N_("For which sizes"), "choices", N_("None ticked: for all sizes."), options=_SIZES, optional=True),
    Field(
        "economic_activity",
        N_("With economic activity"),
        "yes_no",
        N_("Nothing chosen: with and without."),
        optional=True,
    ),
    Field("legal_basis", N_("Legal basis"), "choice", options=LEGAL_BASIS_LABELS),
    Field("source", N_("Source"), "both"),
    Field("eu_share_percent", N_("EU grant"), "percent"),
    Field("national_share_percent", N_("National share"), "percent"),
    Field("beneficiary_share_percent", N_("Paid by the beneficiary"), "percent"),
    Field("max_value_cents", N_("Most that one application may ask"), "money"),
)

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
        (Field("money", N_("Money rules"), "rows", fields=_MONEY, one=N_("Money rule"), titled="source"),),
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
                    _key("text"),
                    Field("check", N_("Check"), "object", fields=_CHECK),
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
                fields=(Field("title", N_("Title"), "both"), _key("title")),
                one=N_("Section"),
                titled="title",
            ),
        ),
    ),
    Part(
        "questions",
        N_("Questions"),
        N_("What the applicant is asked, in this order within each section."),
        (Field("questions", N_("Questions"), "rows", fields=_QUESTION, one=N_("Question"), titled="label"),),
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
                    _key("label"),
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
                    _key("text"),
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
                        fields=_CRITERION,
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
