"""What an organisation's data must look like. Everything that is wrong is said at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stdnum import iban as ibans
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.ro import cui as cuis
from stdnum.ro import onrc as onrcs

from dih.organisations.vocabulary import CaenRevision, LegalNature
from dih.shared.errors import BrokenRule, Problem
from dih.shared.wording import N_
from dih.taxonomy import terms
from dih.taxonomy.rules import activity_code

MOST_LETTERS = {"name": 250, "locality": 120, "address": 300, "website": 200, "phone": 40}


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """An organisation's data in their normal form; texts that were not given are ""."""

    cui: str
    name: str
    legal_nature: LegalNature
    economic_activity: bool
    county: str
    caen_code: str
    caen_revision: CaenRevision
    sector: str = ""
    onrc: str = ""
    iban: str = ""
    locality: str = ""
    address: str = ""
    website: str = ""
    phone: str = ""


def facts(typed: Mapping[str, Any]) -> OrganisationFacts:
    """Reads what was typed under the names of `OrganisationFacts`; `economic_activity` is "yes" or "no".

    An empty sector follows from the CAEN code. Raises BrokenRule with every problem, each at its field.
    """
    problems: list[Problem] = []
    revision = str(typed.get("caen_revision") or CaenRevision.REV3)
    readers: dict[str, Callable[[str], Any]] = {
        "cui": cui,
        "name": _needed(N_("Enter the name of the organisation as it is registered.")),
        "legal_nature": _one_of(LegalNature, N_("Choose the legal nature.")),
        "economic_activity": _one_of(("yes", "no"), N_("Say whether the organisation sells on a market.")),
        "county": _one_of([c.code for c in terms.all_counties()], N_("Choose the county.")),
        "caen_code": lambda text: activity_code(text, revision),
        "caen_revision": _one_of(CaenRevision, N_("Choose the revision of the CAEN code.")),
        "sector": _one_of(["", *(s.code for s in terms.sectors())], N_("Choose a sector from the list.")),
        "onrc": _optional(onrc),
        "iban": _optional(iban),
        "locality": str,
        "address": str,
        "website": _optional(website),
        "phone": _optional(phone),
    }
    read: dict[str, Any] = {}
    for field, reader in readers.items():
        text = str(typed.get(field) or "").strip()
        try:
            _check_text(field, text)
            read[field] = reader(text)
        except BrokenRule as rule:
            problems.extend(Problem(field, problem.text) for problem in rule.problems)
    if problems:
        raise BrokenRule(*problems)
    return OrganisationFacts(
        **{
            **read,
            "legal_nature": LegalNature(read["legal_nature"]),
            "economic_activity": read["economic_activity"] == "yes",
            "caen_revision": CaenRevision(read["caen_revision"]),
            "sector": read["sector"] or terms.sector_of(read["caen_code"]),
        }
    )


def cui(text: str, field: str = "cui") -> str:
    """The digits of a CUI or CIF, from "RO 12345678" or "12345678". Raises BrokenRule: shape, or check digit."""
    try:
        return str(cuis.validate(text))
    except InvalidChecksum:
        raise BrokenRule.because(
            N_("This CUI has a digit wrong: its last digit does not fit the others. Compare it with the certificate."),
            field,
        ) from None
    except ValidationError:
        raise BrokenRule.because(N_("Enter the CUI: two to ten digits, with or without RO in front."), field) from None


def onrc(text: str, field: str = "onrc") -> str:
    """A number of the trade register, old (J12/1234/2020) or new (J2020012345126), in its normal form."""
    try:
        return str(onrcs.validate(text))
    except ValidationError:
        raise BrokenRule.because(
            N_("This is no number of the trade register. It looks like J12/1234/2020 or J2020012345126."), field
        ) from None


def iban(text: str, field: str = "iban") -> str:
    """An account number without spaces. Raises BrokenRule: shape, or check digits."""
    number = re.sub(r"[\s-]", "", text).upper()
    if not re.fullmatch(r"RO[0-9]{2}[A-Z0-9]{20}|(?!RO)[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}", number):
        message = N_("This is no IBAN. A Romanian one begins with RO and has 24 characters.")
        raise BrokenRule.because(message, field)
    if not ibans.is_valid(number):
        message = N_("This IBAN has a character wrong. Compare it with your bank's letter.")
        raise BrokenRule.because(message, field)
    return number


def phone(text: str, field: str = "phone") -> str:
    """A telephone number as typed, when it can be one: six to fifteen digits, marks between them, + in front."""
    if not re.fullmatch(r"\+?[0-9 ().\-/]+", text) or not 6 <= len(re.sub(r"\D", "", text)) <= 15:
        message = N_("This is no telephone number. It looks like 0264 123 456 or +40 264 123 456.")
        raise BrokenRule.because(message, field)
    return text


def website(text: str, field: str = "website") -> str:
    """A web address with its scheme, https:// where none was typed."""
    address = text if "://" in text else f"https://{text}"
    if not re.fullmatch(r"https?://[^\s/?#@<>\"'\\]+\.[^\s/?#@<>\"'\\.]{2,}([/?#][^\s<>\"'\\]*)?", address):
        raise BrokenRule.because(N_("This is no web address. It looks like https://www.example.ro."), field)
    if len(address) > MOST_LETTERS["website"]:
        raise BrokenRule.because(N_("This web address is too long."), field)
    return address


def _needed(message: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not text:
            raise BrokenRule.because(message)
        return text

    return read


def _optional(reader: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: reader(text) if text else ""


def _one_of(possible: Any, message: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in list(possible):
            raise BrokenRule.because(message)
        return text

    return read


def _check_text(field: str, text: str) -> None:
    if "\x00" in text:
        raise BrokenRule.because(N_("This text contains a character that cannot be stored. Type it again."), field)
    most = MOST_LETTERS.get(field)
    if most is not None and len(text) > most:
        raise BrokenRule.because(N_("Shorten this text: at most %(limit)s characters fit."), field, limit=most)


def last_closed_year(today: dt.date) -> int:
    """The last year whose accounts must be filed by now: from June on the year before, else the one before that.

    Source: Law 82/1991 on accounting, Article 36: 150 days after the end of the year.
    """
    return today.year - (1 if today.month >= 6 else 2)
