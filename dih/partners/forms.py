"""Forms by which a coordinator states what the partner can give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import IntegerField
from wtforms.validators import Optional

from dih.partners.rules import Quarter
from dih.partners.vocabulary import SPECIALISM_LABELS, SpecialismKind
from dih.shared.forms import CheckboxesField, Form, needed
from dih.shared.wording import N_
from dih.taxonomy import terms
from dih.taxonomy.vocabulary import AREA_LABELS


class SpecialismsForm(Form):
    """In what the partner is at home: any number of each kind. The operation refuses codes that do not exist."""

    sector = CheckboxesField(SPECIALISM_LABELS[SpecialismKind.SECTOR], validate_choice=False)
    area = CheckboxesField(SPECIALISM_LABELS[SpecialismKind.AREA], validate_choice=False)
    technology = CheckboxesField(SPECIALISM_LABELS[SpecialismKind.TECHNOLOGY], validate_choice=False)
    county = CheckboxesField(SPECIALISM_LABELS[SpecialismKind.COUNTY], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sector.choices = [(term.code, term.label) for term in terms.sectors()]
        self.area.choices = [(area.value, label) for area, label in AREA_LABELS.items()]
        self.technology.choices = [(term.code, term.label) for term in terms.technologies()]
        self.county.choices = [(county.code, {"ro": county.name, "en": county.name}) for county in terms.counties()]

    def chosen(self) -> dict[SpecialismKind, list[str]]:
        """What is ticked, by kind."""
        return {kind: list(self[kind.value].data or []) for kind in SpecialismKind}


class CapacityForm(Form):
    """Person-days by quarter; the fields follow the quarters shown (`capacity_form`)."""

    quarters: Sequence[Quarter] = ()

    def days(self) -> dict[Quarter, int]:
        """What was typed, by quarter."""
        return {quarter: self[quarter.field].data for quarter in self.quarters}


def capacity_form(
    quarters: Sequence[Quarter], stated: Mapping[Quarter, int], share: tuple[int | None] | None = None
) -> CapacityForm:
    """A form with one field a quarter, filled in with what is stated; with `share` also the share of the budget."""
    kind = type(
        "CapacityFormOfQuarters",
        (CapacityForm,),
        {
            "quarters": quarters,
            **({"share": IntegerField(N_("Share of the whole budget"), [Optional()])} if share else {}),
            **{
                quarter.field: IntegerField(
                    quarter.words, [needed(N_("Enter the person-days of this quarter, 0 if there are none."))]
                )
                for quarter in quarters
            },
        },
    )
    given: dict[str, int | None] = {quarter.field: stated.get(quarter, 0) for quarter in quarters}
    form: CapacityForm = kind(data={**given, **({"share": share[0]} if share else {})})
    return form
