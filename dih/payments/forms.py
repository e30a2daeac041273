"""Forms about payments. They check shape only."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import StringField

from dih.shared.forms import Form, at_most, needed
from dih.shared.wording import N_


class StatementForm(Form):
    """A bank statement to import."""

    file = FileField(N_("Bank statement"), [needed(N_("Choose a file."))])


class NoteForm(Form):
    """By what a booking is found again, or why a line is put aside."""

    note = StringField(
        N_("Document or reason"),
        [needed(N_("Enter the document by which it is found again, or the reason.")), at_most(200)],
    )


class MatchForm(NoteForm):
    """Which payment a line of a statement is."""

    reference = StringField(N_("Reference of the payment"), [at_most(40)])
