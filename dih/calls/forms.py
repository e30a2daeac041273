"""The form of the eligibility check, made of the questions that a call asks. `answers` reads it."""

from __future__ import annotations

from wtforms import DateField, HiddenField, RadioField, SelectChoice, SelectField, StringField

from dih.aid.size_ceilings import size_ceilings
from dih.aid.vocabulary import SIZE_LABELS, SizeClass
from dih.calls.answers import YES_NO_LABELS
from dih.calls.content import CallContent
from dih.calls.eligibility import CheckQuestion, natures_let_in, questions
from dih.organisations.forms import county_choices
from dih.organisations.vocabulary import LEGAL_NATURE_LABELS
from dih.shared.forms import Form, needed
from dih.shared.wording import N_, Text

LABELS = {
    "legal_nature": N_("What kind of organisation are you?"),
    "size": N_("How large is your organisation?"),
    "county": N_("In which county is the seat or branch that needs support?"),
    "activity_code": N_("What is the CAEN code of the activity that needs support?"),
    "economic_activity": N_("In this project, do you sell goods or services on a market?"),
}
HINTS = {
    "activity_code": N_("Four digits, for example 2562. It is on the certificate of registration."),
    "economic_activity": N_("Firms do. A town hall or a public hospital usually does not."),
}

_ONE_LIMIT = N_("Turnover or balance sheet of at most EUR %(turnover)s million.")
_TWO_LIMITS = N_("Turnover of at most EUR %(turnover)s million, or balance sheet of at most EUR %(balance)s million.")


def check_form(content: CallContent) -> type[Form]:
    """A form class with one field for each question of the check, named by its key."""
    fields = {question.key: _field(question, content) for question in questions(content)}
    return type("CheckForm", (Form,), fields)


def size_hints() -> dict[str, Text]:
    """What each size class may have in money, by its value; for the choices of the form."""
    return {
        entry.size.value: Text(
            _ONE_LIMIT if entry.turnover_cents == entry.balance_cents else _TWO_LIMITS,
            {"turnover": _millions(entry.turnover_cents), "balance": _millions(entry.balance_cents)},
        )
        for entry in size_ceilings().classes
    } | {SizeClass.LARGE.value: Text(N_("Or both sums above those of a medium-sized one."))}


def _field(question: CheckQuestion, content: CallContent) -> object:
    label = question.words or LABELS[question.key]
    hint = HINTS.get(question.key, "")
    asked = {"label": label, "description": hint, "validators": [Needed()] if _for_all(question, content) else []}
    if question.key == "county":
        choices = [SelectChoice("", N_("Choose the county")), *county_choices()]
        return SelectField(**asked, choices=choices, validate_choice=False)
    if question.key == "activity_code":
        return StringField(**asked)
    return RadioField(**asked, choices=_choices(question.key), validate_choice=False)


class CopyForm(Form):
    """Which call to copy, and the code of the new one."""

    origin = SelectField(N_("Like the call"), [needed(N_("Choose the call to copy."))])
    code = StringField(
        N_("Code of the new call"),
        [needed(N_("Enter a code for the new call."))],
        description=N_("It stands in addresses and files and stays for ever, for example health-2027."),
    )


class DatesForm(Form):
    """The first and the last day of a call; `lock_version` tells a stale tab."""

    lock_version = HiddenField()
    opens_at = DateField(
        N_("First day"), [needed(N_("Enter the first day."))], description=N_("The call opens at 00:00 of this day.")
    )
    closes_at = DateField(
        N_("Last day"), [needed(N_("Enter the last day."))], description=N_("The call closes at 23:59:59 of this day.")
    )


class Needed:
    """Marks a field as required; `answers.read` says what is missing, all at once."""

    field_flags = {"required": True}

    def __call__(self, _form: object, _field: object) -> None:
        return None


def _for_all(question: CheckQuestion, content: CallContent) -> bool:
    return natures_let_in(content) <= question.needed_by


def _choices(key: str) -> list[SelectChoice]:
    if key == "legal_nature":
        return [SelectChoice(nature.value, label) for nature, label in LEGAL_NATURE_LABELS.items()]
    if key == "size":
        return [SelectChoice(size.value, _size_label(size)) for size in SizeClass]
    return [SelectChoice(value, label) for value, label in YES_NO_LABELS.items()]


def _size_label(size: SizeClass) -> Text:
    for entry in size_ceilings().classes:
        if entry.size is size:
            values = {"staff": entry.staff_below, "class": Text(SIZE_LABELS[size])}
            return Text(N_("Fewer than %(staff)s staff (%(class)s)"), values)
    largest = size_ceilings().classes[-1]
    values = {"staff": largest.staff_below, "class": Text(SIZE_LABELS[size])}
    return Text(N_("%(staff)s staff or more (%(class)s)"), values)


def _millions(cents: int) -> str:
    return f"{cents / 100_000_000:g}"
