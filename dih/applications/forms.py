"""The questions of a call as form fields, and what a page sends back: the text typed and what the page had shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.form import BaseForm

from dih.applications.rules.answers import Asked, Seen, Typed, as_typed
from dih.shared.errors import Problem
from dih.shared.forms import CheckboxesField, Form, at_most, needed
from dih.shared.wording import N_

VERSION = "version"
"""The hidden field that says what each field of the page had shown; the page's script renews it at each autosave."""


class LookAgainForm(Form):
    """Why a finding is taken back."""

    reason = TextAreaField(N_("Reason"), [needed(N_("Give the reason: the applicant reads it.")), at_most(2000)])


class WithdrawForm(Form):
    """Why the application ends, if one wants to say."""

    reason = TextAreaField(N_("Why do you withdraw?"), [at_most(2000)])


class AnswersForm(BaseForm):
    """The fields of one page. Reading and judging what was typed is the rules' work: the form only shows it."""

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Puts each problem at the field that it names, or above the form."""
        for problem in problems:
            if problem.field in self:
                self[problem.field].errors = [*self[problem.field].errors, problem.text]
            else:
                self.form_errors.append(problem.text)


def answers_form(fields: Sequence[Asked], typed: Mapping[str, Typed]) -> AnswersForm:
    """A form with a field for each question, holding what is typed so far."""
    form = AnswersForm({asked.key: _FIELDS[asked.kind](asked) for asked in fields})
    form.process(data=dict(typed))
    for asked in fields:
        form[asked.key].flags.required = asked.required
        if asked.max_length:
            form[asked.key].flags.maxlength = asked.max_length
    return form


def as_stored(fields: Sequence[Asked], answers: Mapping[str, Any]) -> dict[str, Typed]:
    """What the fields hold when the page is opened."""
    return {asked.key: as_typed(asked, answers.get(asked.key)) for asked in fields}


def typed_in(form: Any, fields: Sequence[Asked], seen: Mapping[str, Seen]) -> dict[str, Typed]:
    """What was sent for each field of the page; `form` is the request's. Boxes all unticked count as sent."""
    return {
        asked.key: form.getlist(asked.key) if asked.kind == "multi_choice" else form.get(asked.key, "")
        for asked in fields
        if asked.key in form or asked.key in seen
    }


def read_version(text: str) -> dict[str, Seen]:
    """What the page had shown, by field; what is no such mark counts as nothing seen."""
    try:
        return {
            str(key): Seen(int(version), str(digest)) for key, (version, digest) in json.loads(text or "{}").items()
        }
    except (ValueError, TypeError, AttributeError):
        return {}


def write_version(seen: Mapping[str, Seen]) -> str:
    """The value of the hidden field for a page that shows this."""
    return json.dumps({key: [one.version, one.digest] for key, one in seen.items()}, separators=(",", ":"))


def _id(asked: Asked) -> str:
    return "a-" + asked.key.replace(".", "-")


def _text(asked: Asked) -> Field:
    return StringField(asked.label, id=_id(asked), description=getattr(asked, "help", None) or "")


def _long_text(asked: Asked) -> Field:
    return TextAreaField(asked.label, id=_id(asked), description=getattr(asked, "help", None) or "")


def _choices(asked: Asked) -> list[SelectChoice]:
    if asked.kind == "yes_no":
        return [SelectChoice("yes", N_("Yes")), SelectChoice("no", N_("No"))]
    return [SelectChoice(choice.value, choice.label) for choice in asked.choices]


def _one_of(asked: Asked) -> Field:
    return RadioField(
        asked.label, id=_id(asked), choices=_choices(asked), description=getattr(asked, "help", None) or ""
    )


def _several(asked: Asked) -> Field:
    return CheckboxesField(
        asked.label, id=_id(asked), choices=_choices(asked), description=getattr(asked, "help", None) or ""
    )


_FIELDS: Mapping[str, Callable[[Asked], Field]] = {
    "text": _text,
    "long_text": _long_text,
    "integer": _text,
    "money": _text,
    "choice": _one_of,
    "multi_choice": _several,
    "yes_no": _one_of,
    "date": _text,
}
