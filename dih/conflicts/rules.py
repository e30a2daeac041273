"""What the platform finds by itself: who belongs to an organisation, shares its mail domain, or delivers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from dih.conflicts.vocabulary import DECLARABLE, ConflictKind, FoundBy
from dih.shared import texts
from dih.shared.errors import BrokenRule
from dih.shared.wording import N_

PUBLIC_MAIL = frozenset(
    {
        "aol.com", "gmail.com", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com",
        "live.com", "mail.com", "mail.ru", "me.com", "msn.com", "outlook.com", "proton.me", "protonmail.com",
        "rdslink.ro", "web.de", "yahoo.co.uk", "yahoo.com", "yahoo.ro", "yandex.com", "ymail.com", "zoho.com",
    }
)  # fmt: skip
"""Domains of mail providers that anyone may use: sharing one says nothing about an employer."""

MOST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Who might be in conflict: mail address, organisations that the person belongs to, whether it reviews at all.

    `staff_of` are all partners that the person works for in any role, `numbers` their registry numbers.
    """

    person_id: int
    email: str
    member_of: frozenset[int] = frozenset()
    reviews: bool = False
    staff_of: frozenset[int] = frozenset()
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """An application (None: none in particular), its organisation, the partner that delivers, the own domains.

    `cui` is the organisation's registry number, `named` the partners that the applicant named, `helpers` those that
    deliver a part for the partner that leads.
    """

    application_id: int | None
    organisation_id: int
    partner_id: int | None
    domains: frozenset[str] = frozenset()
    cui: str = ""
    named: frozenset[int] = frozenset()
    helpers: frozenset[int] = frozenset()

    @property
    def deliver(self) -> frozenset[int]:
        """All partners that deliver, the leading one and those that help."""
        return self.helpers if self.partner_id is None else self.helpers | {self.partner_id}


@dataclass(frozen=True, slots=True)
class Found:
    """One conflict that the facts show; with `application_id` None it stands against the whole organisation."""

    person_id: int
    organisation_id: int
    application_id: int | None
    found_by: FoundBy


def found(case: CaseFacts, person: PersonFacts) -> list[Found]:
    """The conflicts that follow from the facts."""
    conflicts = []
    if case.organisation_id in person.member_of:
        conflicts.append(Found(person.person_id, case.organisation_id, None, FoundBy.MEMBERSHIP))
    if domain_of(person.email) in case.domains:
        conflicts.append(Found(person.person_id, case.organisation_id, None, FoundBy.MAIL_DOMAIN))
    if case.cui and case.cui in person.numbers:
        conflicts.append(Found(person.person_id, case.organisation_id, None, FoundBy.SAME_NUMBER))
    if case.application_id is not None and case.named & person.staff_of:
        conflicts.append(Found(person.person_id, case.organisation_id, case.application_id, FoundBy.NAMED))
    if case.application_id is not None and person.reviews and case.deliver & person.staff_of:
        conflicts.append(Found(person.person_id, case.organisation_id, case.application_id, FoundBy.SAME_PARTNER))
    return conflicts


def own_domains(addresses: Iterable[str], website: str, house: Collection[str] = ()) -> frozenset[str]:
    """An organisation's own domains: of its owners' addresses and its website, no public provider's.

    `house` are the domains of the hub and its partners: nobody makes them its own by writing them down.
    """
    domains = {domain_of(address) for address in addresses} | {domain_of(website)}
    return frozenset(domains - PUBLIC_MAIL - {""} - set(house))


def house_domains(partners: Iterable[str], hub: Iterable[tuple[int, str]]) -> frozenset[str]:
    """The domains of the partners' addresses, and those that two or more people of the hub share (person, address).

    What one person of the hub uses alone may be an employer's.
    """
    used: dict[str, set[int]] = {}
    for person_id, address in hub:
        used.setdefault(domain_of(address), set()).add(person_id)
    shared = {domain for domain, people in used.items() if len(people) > 1}
    return frozenset(({domain_of(address) for address in partners} | shared) - PUBLIC_MAIL - {""})


def domain_of(text: str) -> str:
    """The domain of a mail address or a web address, in lower case without www; "" when there is none."""
    text = text.strip().lower()
    if "@" in text and "/" not in text:
        return text.rpartition("@")[2]
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def check_declaration(kind: ConflictKind, note: str, expires_on: dt.date | None, today: dt.date) -> None:
    """Raises BrokenRule: a kind that people do not declare, no note or one too long, a last day gone by."""
    if kind not in DECLARABLE:
        raise BrokenRule.because(N_("Choose what kind of relation it is."), "kind")
    note_given(note)
    check_last_day(expires_on, today)


def check_last_day(expires_on: dt.date | None, today: dt.date) -> None:
    """Raises BrokenRule for a last day that is over."""
    if expires_on is not None and expires_on < today:
        raise BrokenRule.because(
            N_("The last day is over. Choose a day from today on, or leave it empty."), "expires_on"
        )


def note_given(note: str) -> str:
    """What the relation is, without the space around it. Raises BrokenRule for nothing, or too much."""
    message = N_("Say in a sentence what the relation is. Only hub managers read it.")
    return texts.needed(note, "note", message, MOST_NOTE)


def reason_given(reason: str) -> str:
    """The reason without the space around it. Raises BrokenRule for none, or one that is too long."""
    return texts.needed(reason, "reason", N_("Give a reason: it is kept with the conflict."), MOST_NOTE)


def not_found_yet(facts: Iterable[Found], known: Collection[Found]) -> list[Found]:
    """The conflicts that were never found before, each once, in a stable order."""
    fresh = set(facts) - set(known)
    return sorted(fresh, key=lambda one: (one.person_id, one.organisation_id, one.application_id or 0, one.found_by))
