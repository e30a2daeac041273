"""Economic activities: CAEN, the Romanian edition of NACE. CAEN Rev. 2 is NACE Rev. 2, CAEN Rev. 3 is NACE Rev. 2.1."""

from __future__ import annotations

import re

from stdnum.eu import nace

from dih.shared.errors import BrokenRule
from dih.shared.wording import N_

_NACE = {"2": "2.0", "3": "2.1"}


def activity_code(text: str, revision: str, field: str = "caen_code") -> str:
    """The four digits of a CAEN class, from "25.62" or "2562"; `revision` is "2" or "3".

    Raises BrokenRule naming `field`: no four digits, a class of the other revision only, or none at all.
    Source: the lists of Eurostat, NACE Rev. 2 and Rev. 2.1, as python-stdnum carries them.
    """
    code = re.sub(r"[\s.]", "", text)
    if not re.fullmatch(r"[0-9]{4}", code):
        raise BrokenRule.because(N_("Enter the four digits of the CAEN code, such as 2562 or 25.62."), field)
    if nace.is_valid(code, revision=_NACE[revision]):
        return code
    other = "2" if revision == "3" else "3"
    if nace.is_valid(code, revision=_NACE[other]):
        raise BrokenRule.because(
            N_("The code %(code)s exists only in CAEN Rev. %(other)s. Choose that revision, or enter the new code."),
            field,
            code=code,
            other=other,
        )
    raise BrokenRule.because(
        N_("There is no CAEN code %(code)s. You find yours on the certificate of registration."), field, code=code
    )


def revision_of(code: str) -> str | None:
    """The newest CAEN revision ("3" or "2") that has a class of these four digits; None when neither has."""
    if not re.fullmatch(r"[0-9]{4}", code):
        return None
    return next((revision for revision in ("3", "2") if nace.is_valid(code, revision=_NACE[revision])), None)
