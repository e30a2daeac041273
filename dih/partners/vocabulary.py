"""What a specialism can be in."""

from __future__ import annotations

import enum

from dih.shared.wording import N_


class SpecialismKind(enum.StrEnum):
    SECTOR = "sector"
    AREA = "area"
    TECHNOLOGY = "technology"
    COUNTY = "county"


SPECIALISM_LABELS = {
    SpecialismKind.SECTOR: N_("Sectors"),
    SpecialismKind.AREA: N_("Areas"),
    SpecialismKind.TECHNOLOGY: N_("Technologies"),
    SpecialismKind.COUNTY: N_("Counties"),
}
