"""Conditions of eligibility as typed data: in words, with their source, and how each is checked."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from dih.aid.vocabulary import SizeClass
from dih.calls.typed import Frozen, Key, Localised
from dih.organisations.vocabulary import LegalNature


class LegalNatureCheck(Frozen):
    """Holds when the organisation's legal nature is one of those listed."""

    kind: Literal["legal_nature"]
    one_of: Annotated[tuple[LegalNature, ...], Field(min_length=1)]


class SizeCheck(Frozen):
    """Holds when the size class (Recommendation 2003/361/EC) is one of those listed."""

    kind: Literal["size"]
    one_of: Annotated[tuple[SizeClass, ...], Field(min_length=1)]


class CountyCheck(Frozen):
    """Holds when the seat or branch lies in one of the counties (codes such as CJ)."""

    kind: Literal["county"]
    one_of: Annotated[tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}$")], ...], Field(min_length=1)]


class EconomicActivityCheck(Frozen):
    """Holds when the project has (true) or has no (false) economic activity."""

    kind: Literal["economic_activity"]
    equals: bool


class ActivityCodeCheck(Frozen):
    """Holds when the CAEN code, digits only, begins with one of the prefixes: 25 is the division, 3250 the class."""

    kind: Literal["activity_code"]
    prefixes: Annotated[tuple[Annotated[str, StringConstraints(pattern=r"^\d{2,4}$")], ...], Field(min_length=1)]


class AskedCheck(Frozen):
    """Holds when the applicant answers the yes-or-no question as expected; staff look at it again before the grant."""

    kind: Literal["asked"]
    question: Localised
    expected: bool


class StaffCheck(Frozen):
    """Left to the manager, who reads the named document where there is one."""

    kind: Literal["staff"]
    document: Key | None = None


Check = Annotated[
    LegalNatureCheck | SizeCheck | CountyCheck | EconomicActivityCheck | ActivityCodeCheck | AskedCheck | StaffCheck,
    Field(discriminator="kind"),
]


class Condition(Frozen):
    """One condition of eligibility in words, where it comes from, and how it is checked."""

    key: Key
    text: Localised
    source: Localised
    check: Check
