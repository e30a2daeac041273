"""Forms about conflicts of interest; what they take is checked by the rules."""

from __future__ import annotations

from wtforms import DateField, RadioField, SelectField, TextAreaField
from wtforms.validators import Optional

from dih.conflicts.rules import MOST_NOTE
from dih.conflicts.vocabulary import CONFLICT_KIND_LABELS, DECLARABLE
from dih.shared.forms import Form, at_most, needed
from dih.shared.wording import N_, Text

_KINDS = [(kind.value, CONFLICT_KIND_LABELS[kind]) for kind in DECLARABLE]


class DeclareForm(Form):
    """A relation of the own."""

    kind = RadioField(N_("What kind of relation is it?"), choices=_KINDS, validators=[needed(N_("Choose one."))])
    note = TextAreaField(
        N_("What is the relation?"),
        validators=[
            needed(N_("Say in a sentence what the relation is. Only hub managers read it.")),
            at_most(MOST_NOTE),
        ],
    )
    expires_on = DateField(N_("Last day of the conflict"), validators=[Optional()])


class LastDayForm(Form):
    """Until when a conflict stands."""

    expires_on = DateField(N_("Last day of the conflict"), validators=[Optional()])


INSTITUTION = "institution-"
"""Before the id of an institution in the list."""


class NameForm(Form):
    """A relation of somebody of the hub or a partner, or of a whole institution, as the applicant says it."""

    person = SelectField(
        N_("Who?"), coerce=str, validators=[needed(N_("Choose a person or an institution from the list."))]
    )
    kind = RadioField(N_("What kind of relation is it?"), choices=_KINDS, validators=[needed(N_("Choose one."))])
    note = TextAreaField(
        N_("What is the relation?"),
        validators=[
            needed(N_("Say in a sentence what the relation is. Only hub managers read it.")),
            at_most(MOST_NOTE),
        ],
    )

    def offer(self, staff: list[tuple[int, str, str]], institutions: list[tuple[int, str]]) -> NameForm:
        """Fills the list with institutions (id, name) and people (id, name, where); returns the form."""
        self.person.choices = [
            ("", N_("Choose")),
            *((f"{INSTITUTION}{one}", Text(N_("Everybody of %(name)s"), {"name": name})) for one, name in institutions),
            *(
                (str(one), Text(N_("%(name)s, %(where)s"), {"name": name, "where": where}))
                for one, name, where in staff
            ),
        ]
        return self


class ReasonForm(Form):
    """Why a conflict is cleared or ended."""

    reason = TextAreaField(
        N_("Reason"), validators=[needed(N_("Give a reason: it is kept with the conflict.")), at_most(MOST_NOTE)]
    )
