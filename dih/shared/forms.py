"""Forms as every room uses them: a base that places refusals at their fields, and validators that use our words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, FieldList, FormField, PasswordField, SelectMultipleField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from dih.shared import texts
from dih.shared.errors import BrokenRule
from dih.shared.wording import N_, Text

PLAIN_WORDS = {
    "Not a valid choice.": N_("Choose one of the options in the list."),
    "Invalid Choice: could not coerce.": N_("Choose one of the options in the list."),
    "Not a valid date value.": N_("Enter a day such as 30.06.2026."),
    "Not a valid integer value.": N_("Enter a whole number."),
    "Not a valid decimal value.": N_("Enter a number."),
    "This field is required.": N_("Fill in this field."),
}
"""What WTForms says by itself, in words that name the way out."""


class _Words:
    """Leaves messages in English: they are translated where they are shown."""

    def gettext(self, message: str) -> str:
        return PLAIN_WORDS.get(message, message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return singular if count == 1 else plural


class Form(FlaskForm):
    """A form of ours. It checks shape only; what a rule refuses comes in through `refuse`."""

    class Meta:
        def get_translations(self, _form: PlainForm) -> _Words:
            return _Words()

        def bind_field(self, form: PlainForm, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Every text is taken as each database stores it; a password stays as it came."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                options["filters"] = (*unbound_field.kwargs.get("filters", ()), _as_stored)
            return unbound_field.bind(form=form, **options)

    def refuse(self, rule: BrokenRule) -> None:
        """Puts each problem of a broken rule at the field it names, or above the form when there is none such."""
        fields = {field.name: field for field in _leaves(self)}
        for problem in rule.problems:
            if field := fields.get(problem.field):
                field.errors = [*field.errors, problem.text]
            else:
                self.form_errors.append(problem.text)


def _as_stored(text: Any) -> Any:
    return texts.plain(text) if isinstance(text, str) else text


class CheckboxesField(SelectMultipleField):
    """Any number of a few choices, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def faults(form: PlainForm) -> list[tuple[str, Any]]:
    """What the error summary lists, in the order of the fields: (id of the control to go to, message)."""
    return [(target_of(field), message) for field in _leaves(form) for message in field.errors]


def target_of(field: Field) -> str:
    """The id of the control that takes the focus: of a group of choices the first one."""
    return f"{field.id}-0" if field.type in ("RadioField", "CheckboxesField") else str(field.id)


def _leaves(form: PlainForm) -> Iterator[Field]:
    for field in form:
        yield from _below(field)


def _below(field: Field) -> Iterator[Field]:
    if isinstance(field, FormField):
        yield from _leaves(field.form)
    elif isinstance(field, FieldList):
        for entry in field.entries:
            yield from _below(entry)
    else:
        yield field


class needed:  # noqa: N801 - reads as a word in a list of validators
    """Refuses a field left empty, with `message`, an `N_()` sentence that says what to enter."""

    def __init__(self, message: str) -> None:
        self.message = message
        self.field_flags = {"required": True}

    def __call__(self, _form: PlainForm, field: Field) -> None:
        data = field.data
        if data is None or data is False or data == [] or (isinstance(data, str) and not data.strip()):
            field.errors = []
            raise StopValidation(Text(self.message))


class at_most:  # noqa: N801
    """Refuses a text longer than `count` characters and says by how many it is too long."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.field_flags = {"maxlength": count}

    def __call__(self, _form: PlainForm, field: Field) -> None:
        if found := texts.excess(field.data or "", self.count):
            raise ValidationError(found)


def checks(message: str, test: Callable[[Any], bool]) -> Callable[[PlainForm, Field], None]:
    """A validator that refuses what `test` calls false, with `message`; an empty field passes."""

    def validate(_form: PlainForm, field: Field) -> None:
        if field.data not in (None, "") and not test(field.data):
            raise ValidationError(Text(message))

    return validate
