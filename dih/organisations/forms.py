"""What people type about an organisation. Only the shape lies here: `rules` and `figures` read it."""

from __future__ import annotations

from typing import Any

from markupsafe import escape
from wtforms import Field, HiddenField, RadioField, SelectChoice, SelectField, StringField

from dih.organisations.vocabulary import LEGAL_NATURE_LABELS, CaenRevision
from dih.shared.currency import CURRENCIES, EURO
from dih.shared.forms import Form
from dih.shared.wording import N_
from dih.taxonomy import terms

YES_NO = [SelectChoice("yes", N_("Yes")), SelectChoice("no", N_("No"))]
REVISIONS = [
    SelectChoice(CaenRevision.REV3.value, N_("CAEN Rev. 3 (since 2025)")),
    SelectChoice(CaenRevision.REV2.value, N_("CAEN Rev. 2 (until 2024)")),
]


class Asked:
    """Marks a field as required; the rules say what is missing, together with all that is wrong."""

    field_flags = {"required": True}

    def __call__(self, _form: Any, field: Field) -> None:
        field.data = field.data or ""


class OrganisationForm(Form):
    """All of an organisation on one page; `version` tells a stale tab, `year` is the last year of the figures."""

    version = HiddenField()
    year = HiddenField()
    cui = StringField(N_("CUI (tax identification number)"), [Asked()])
    name = StringField(N_("Registered name"), [Asked()])
    legal_nature = RadioField(
        N_("Legal nature"),
        [Asked()],
        choices=[SelectChoice(nature.value, label) for nature, label in LEGAL_NATURE_LABELS.items()],
        validate_choice=False,
    )
    economic_activity = RadioField(
        N_("In this project, do you sell goods or services on a market?"),
        [Asked()],
        choices=YES_NO,
        validate_choice=False,
    )
    onrc = StringField(N_("Trade register number"))
    county = SelectField(N_("County"), [Asked()], validate_choice=False)
    locality = StringField(N_("Town or commune"))
    address = StringField(N_("Address"))
    caen_code = StringField(N_("CAEN code of the main activity"), [Asked()])
    caen_revision = SelectField(N_("Edition of the CAEN code"), [Asked()], choices=REVISIONS, validate_choice=False)
    sector = SelectField(N_("Sector"), validate_choice=False)
    website = StringField(N_("Website"))
    phone = StringField(N_("Telephone"))
    iban = StringField(N_("IBAN"))
    figures_currency = SelectField(
        N_("Currency of the accounts"),
        choices=[SelectChoice(code, escape(code)) for code in CURRENCIES],
        default=EURO,
        validate_choice=False,
    )
    last_staff = StringField(N_("Staff"))
    last_turnover = StringField(N_("Turnover"))
    last_balance = StringField(N_("Balance sheet total"))
    before_staff = StringField(N_("Staff"))
    before_turnover = StringField(N_("Turnover"))
    before_balance = StringField(N_("Balance sheet total"))

    def __init__(self, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county.choices = [SelectChoice("", N_("Choose the county")), *county_choices()]
        sectors = [SelectChoice(s.code, s.label) for s in sorted(terms.sectors(), key=lambda s: s.label[language])]
        self.sector.choices = [SelectChoice("", N_("As the CAEN code says")), *sectors]


def county_choices() -> list[SelectChoice]:
    """The counties to choose from, those of the region first. A name is data: the same in both languages."""
    return [
        SelectChoice(
            county.code,
            {"ro": county.name, "en": county.name},
            optgroup=N_("North-West region") if county.in_region else N_("Other counties"),
        )
        for county in terms.all_counties()
    ]
