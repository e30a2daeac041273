"""The form of a decision."""

from __future__ import annotations

from wtforms import HiddenField, SelectMultipleField, TextAreaField

from dih.shared.forms import Form, at_most
from dih.shared.wording import N_


class DecisionForm(Form):
    """Which applications (ids), what is decided and why."""

    chosen = SelectMultipleField(coerce=int, validate_choice=False)
    outcome = HiddenField()
    reason = TextAreaField(N_("Reason"), [at_most(4000)])
