"""Forms about vouchers. They check shape only."""

from __future__ import annotations

from wtforms import BooleanField, DateField, StringField, TextAreaField

from dih.shared.forms import Form, at_most, needed
from dih.shared.wording import N_


class AcceptForm(Form):
    """The beneficiary's yes to the agreement."""

    read = BooleanField(
        N_("I have read the agreement and may accept it for the organisation."),
        [needed(N_("Tick that you have read the agreement."))],
    )


class RefuseForm(Form):
    """Why the voucher is not wanted, if one wants to say."""

    reason = TextAreaField(N_("Why do you refuse it?"), [at_most(2000)])


class ReasonForm(Form):
    """A reason that the other side reads."""

    reason = TextAreaField(N_("Reason"), [needed(N_("Give a reason: the other side reads it.")), at_most(2000)])


class ExtendForm(ReasonForm):
    """A later deadline."""

    until = DateField(N_("New last day"), [needed(N_("Choose the new last day."))])


class RedeemForm(Form):
    """The code that the beneficiary gave to the partner."""

    code = StringField(N_("Code of the voucher"), [needed(N_("Enter the code of the voucher.")), at_most(60)])
