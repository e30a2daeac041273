"""Forms of decisions, meetings and appeals."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import (
    DateField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import Optional

from dih.decisions.rules import VOTE
from dih.decisions.vocabulary import VOICE_LABELS, VOTES, Voice
from dih.shared import texts
from dih.shared.forms import CheckboxesField, Form, at_most, needed
from dih.shared.wording import N_, Text


class DecisionForm(Form):
    """Which applications (ids), what is decided and why."""

    chosen = SelectMultipleField(coerce=int, validate_choice=False)
    outcome = HiddenField()
    reason = TextAreaField(N_("Reason"), [at_most(4000)])

    @property
    def votes(self) -> dict[int, Voice]:
        """What was ticked, by person."""
        fields = [field for field in self if field.name.startswith(VOTE) and field.data in list(VOTES)]
        return {int(field.name.removeprefix(VOTE)): Voice(field.data) for field in fields}


def decision_form(voters: Sequence[tuple[int, str]]) -> type[DecisionForm]:
    """The form of a decision with a vote of each member, as (person id, name); without voters the plain one."""
    choices = [(vote.value, VOICE_LABELS[vote]) for vote in VOTES]
    votes = {f"{VOTE}{one}": RadioField(Text("%(name)s", {"name": name}), choices=choices) for one, name in voters}
    return type("DecisionForm", (DecisionForm,), votes)


class MeetingForm(Form):
    """Which day, who is present, who leads."""

    held_on = DateField(N_("Day of the meeting"), [needed(N_("Enter the day."))])
    present = CheckboxesField(N_("Who is present"), coerce=int)
    chair = SelectField(N_("Chair"), coerce=str, validators=[needed(N_("Choose a chair among those present."))])

    def offer(self, staff: Sequence[tuple[int, str, str]], leads: Sequence[int]) -> MeetingForm:
        """Fills the lists from (person id, name, where) and the ids of those who may lead; returns the form."""
        names = [(one, Text(N_("%(name)s, %(where)s"), {"name": name, "where": where})) for one, name, where in staff]
        self.present.choices = names
        self.chair.choices = [("", N_("Choose")), *((str(one), name) for one, name in names if one in leads)]
        return self

    @property
    def chair_id(self) -> int | None:
        """The chair, None while nobody is chosen."""
        return int(self.chair.data) if self.chair.data else None


class CloseForm(Form):
    """What else the minutes say."""

    note = TextAreaField(N_("Remarks for the minutes"), [at_most(texts.MOST_WORDS)])


class AppealForm(Form):
    """Why, and the files that show it."""

    reasons = TextAreaField(
        N_("Your reasons"), [needed(N_("Say why the decision should be another one.")), at_most(texts.MOST_WORDS)]
    )
    files = MultipleFileField(N_("Documents"), [Optional()])


class HandToForm(Form):
    """Who hears an appeal."""

    person = SelectField(N_("Who hears it"), coerce=str, validators=[needed(N_("Choose who hears it."))])

    def offer(self, able: Sequence[tuple[int, str]]) -> HandToForm:
        """Fills the list from (person id, name); returns the form."""
        self.person.choices = [
            ("", N_("Choose")),
            *((str(one), Text("%(name)s", {"name": name})) for one, name in able),
        ]
        return self


class HearForm(Form):
    """How an appeal ends, and why."""

    outcome = RadioField(
        N_("How does it end?"),
        choices=[
            ("uphold", N_("Upheld: the decision is set aside and taken again")),
            ("dismiss", N_("Dismissed: the decision stands")),
        ],
        validators=[needed(N_("Choose one."))],
    )
    reason = TextAreaField(
        N_("Reasons"), [needed(N_("Give the reasons: the applicant reads them.")), at_most(texts.MOST_WORDS)]
    )
