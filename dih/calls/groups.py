"""The fields of the groups that a call is made of: a condition's check, a question, a criterion, a money rule."""

from __future__ import annotations

from dih.aid.vocabulary import SIZE_LABELS
from dih.calls.fields import Field
from dih.calls.vocabulary import LEGAL_BASIS_LABELS
from dih.organisations.vocabulary import LEGAL_NATURE_LABELS
from dih.shared.wording import N_

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
FILE_KINDS = {kind: {"ro": kind.upper(), "en": kind.upper()} for kind in ("pdf", "docx", "xlsx", "jpg", "png")}

_NATURES = {nature.value: label for nature, label in LEGAL_NATURE_LABELS.items()}
_SIZES = {size.value: label for size, label in SIZE_LABELS.items()}
_KEY_HINT = N_("A short name for files and reports. Left empty, it is made from the English words.")


def key_field(named_by: str, name: str = "key") -> Field:
    """The key of a row, made from its text `named_by` where it is left empty."""
    return Field(name, N_("Key"), "key", _KEY_HINT, named_by=named_by)


CHECK = (
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
QUESTION = (
    Field("label", N_("Question"), "both"),
    Field("help", N_("Help below it"), "both", optional=True),
    key_field("label"),
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
        fields=(Field("label", N_("Choice"), "both"), key_field("label", "value")),
        kinds=_CHOICES,
        one=N_("Choice"),
        titled="label",
    ),
)

CRITERION = (
    Field("label", N_("Criterion"), "both"),
    Field("guidance", N_("Guidance for reviewers"), "long"),
    key_field("label"),
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
            key_field("label"),
            Field("max_points", N_("Most points"), "integer"),
        ),
        one=N_("Sub-criterion"),
        titled="label",
    ),
)

MONEY = (
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
