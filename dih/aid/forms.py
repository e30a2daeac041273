"""What people type about earlier aid and links. Only the shape lies here: `earlier` reads it."""

from __future__ import annotations

from flask_wtf.file import FileField
from markupsafe import escape
from wtforms import DateField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from dih.aid.vocabulary import BASIS_LABELS, LINK_LABELS, PARTY_LABELS, LinkKind
from dih.organisations.forms import Asked
from dih.shared.currency import CURRENCIES
from dih.shared.forms import Form, at_most
from dih.shared.wording import N_


class EarlierForm(Form):
    """Aid that somebody else granted, with its document."""

    member = SelectField(N_("Who got it?"), validate_choice=False)
    basis = RadioField(
        N_("Kind of aid"),
        [Asked()],
        choices=[SelectChoice(code, label) for code, label in BASIS_LABELS.items()],
        validate_choice=False,
    )
    day = DateField(N_("Day on which it was granted"), [Asked()])
    amount = StringField(N_("Amount"), [Asked()])
    currency = SelectField(
        N_("Currency"),
        choices=[SelectChoice(code, escape(code)) for code in CURRENCIES],
        validate_choice=False,
    )
    authority = StringField(N_("Granted by"), [Asked()])
    reference = StringField(N_("Number of the contract or act"), [Asked()])
    file = FileField(N_("Document that proves it"), [Asked()])


class LinkForm(Form):
    """A link with another enterprise."""

    member = SelectField(N_("Which of your enterprises?"), validate_choice=False)
    number = StringField(N_("CUI of the other"), [Asked()])
    name = StringField(N_("Registered name of the other"), [Asked()])
    kind = RadioField(
        N_("What is the other?"),
        [Asked()],
        choices=[SelectChoice(kind.value, label) for kind, label in PARTY_LABELS.items()],
        default="enterprise",
        validate_choice=False,
    )
    direction = RadioField(
        N_("Who holds or controls whom?"),
        [Asked()],
        choices=[
            SelectChoice("holds", N_("The other holds or controls ours")),
            SelectChoice("held", N_("Ours holds or controls the other")),
        ],
        validate_choice=False,
    )
    link = RadioField(
        N_("What links them?"),
        [Asked()],
        choices=[
            SelectChoice(kind.value, N_("a share of the votes") if kind is LinkKind.VOTES else label)
            for kind, label in LINK_LABELS.items()
        ],
        validate_choice=False,
    )
    percent = StringField(N_("Percent of the votes"))
    since = DateField(N_("Since"), [Optional()])
    until = DateField(N_("Until"), [Optional()])
    note = StringField(N_("Where this is known from"))


class FiguresForm(Form):
    """Size figures of one year of a related enterprise."""

    party = SelectField(N_("Of which enterprise?"), [Asked()], validate_choice=False)
    year = SelectField(N_("Of which closed year?"), [Asked()], validate_choice=False)
    figures_currency = SelectField(
        N_("Currency of the accounts"),
        choices=[SelectChoice(code, escape(code)) for code in CURRENCIES],
        validate_choice=False,
    )
    last_staff = StringField(N_("Staff"), [Asked()])
    last_turnover = StringField(N_("Turnover"), [Asked()])
    last_balance = StringField(N_("Balance sheet total"), [Asked()])


class EndLinkForm(Form):
    """How a link ends: on a day, or because it never was."""

    how = RadioField(
        N_("What happened?"),
        [Asked()],
        choices=[
            SelectChoice("ended", N_("The link has ended")),
            SelectChoice("mistake", N_("It was entered by mistake")),
        ],
        validate_choice=False,
    )
    until = DateField(N_("Its last day"), [Optional()])
    reason = TextAreaField(N_("Reason"), [at_most(2000)])


class StrikeForm(Form):
    """Why a grant does not count."""

    reason = TextAreaField(N_("Reason"), [Asked(), at_most(2000)])
