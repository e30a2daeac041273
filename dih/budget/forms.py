"""Forms of the manager's screens: open a line, move ceilings."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from wtforms import HiddenField, SelectChoice, SelectField, StringField, TextAreaField

from dih.shared.forms import Form, at_most, checks, needed
from dih.shared.wording import N_

_CODE = re.compile(r"^[A-Z0-9]+(-[A-Z0-9]+)*$")


class OpenForm(Form):
    """A line to be opened below another one."""

    part = SelectField(N_("Which part of it"), [needed(N_("Choose the part."))], validate_choice=True)
    code = StringField(
        N_("Code of the line"),
        [
            needed(N_("Enter a code.")),
            at_most(60),
            checks(
                N_("Use capital letters, digits and hyphens, such as SME-TEST."), lambda code: bool(_CODE.match(code))
            ),
        ],
    )
    name_ro = StringField(N_("Name in Romanian"), [needed(N_("Enter the name in Romanian.")), at_most(200)])
    name_en = StringField(N_("Name in English"), [needed(N_("Enter the name in English.")), at_most(200)])
    amount = StringField(N_("Ceiling"), [needed(N_("Enter the ceiling, or 0."))])
    reason = TextAreaField(N_("Reason"), [needed(N_("Give a reason: it stands in the ledger.")), at_most(2000)])

    @classmethod
    def below(cls, parts: Sequence[SelectChoice]) -> OpenForm:
        """The form with the parts that are still free."""
        form = cls()
        form.part.choices = list(parts)
        return form


class ChangeForm(Form):
    """By how much, where to (transfers alone) and why. `key` makes a repeated submission the same one."""

    target = SelectField(N_("To the line"), [needed(N_("Choose the line."))])
    amount = StringField(N_("Amount"), [needed(N_("Enter an amount above zero."))])
    reason = TextAreaField(N_("Reason"), [needed(N_("Give a reason: it stands in the ledger.")), at_most(2000)])
    key = HiddenField()
    confirmed = HiddenField()

    @classmethod
    def to(cls, targets: Sequence[SelectChoice]) -> ChangeForm:
        """The form for a transfer to one of `targets`, or without that field where there are none."""
        form = cls()
        if targets:
            form.target.choices = list(targets)
        else:
            del form.target
        return form

    def the_key(self) -> uuid.UUID:
        """The key that came with the form; a fresh one where it is missing or no key."""
        try:
            return uuid.UUID(self.key.data or "")
        except ValueError:
            return uuid.uuid4()
