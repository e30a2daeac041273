"""The facts about an organisation from which aid and eligibility follow."""

from __future__ import annotations

import enum

from dih.shared.wording import N_


class LegalNature(enum.StrEnum):
    ENTERPRISE = "enterprise"
    PUBLIC_BODY = "public_body"
    NON_PROFIT = "non_profit"
    SOLE_TRADER = "sole_trader"


LEGAL_NATURE_LABELS = {
    LegalNature.ENTERPRISE: N_("Enterprise"),
    LegalNature.PUBLIC_BODY: N_("Public body"),
    LegalNature.NON_PROFIT: N_("Non-profit organisation"),
    LegalNature.SOLE_TRADER: N_("Sole trader"),
}


class CaenRevision(enum.StrEnum):
    """CAEN Rev. 2 = NACE Rev. 2; CAEN Rev. 3 = NACE Rev. 2.1."""

    REV2 = "2"
    REV3 = "3"
