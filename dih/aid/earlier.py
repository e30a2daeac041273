"""What people and files say about earlier aid and links, read strictly: every fault at once, each at its field."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from dih.aid.cases import STATES
from dih.aid.legal_bases import codes_with_ceiling
from dih.aid.rules import MEMBER_STATE
from dih.aid.vocabulary import LinkKind, PartyKind
from dih.organisations.rules import cui
from dih.shared import texts
from dih.shared.currency import CURRENCIES
from dih.shared.errors import BrokenRule, Problem
from dih.shared.money import parse_cents
from dih.shared.wording import N_

EARLIEST = dt.date(2000, 1, 1)
"""Aid older than this is a typing mistake: no window reaches so far back."""

_ABROAD = re.compile(r"[A-Z]{2}[0-9A-Z./-]{2,38}", re.ASCII)
_DAY = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})", re.ASCII)
_ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Earlier:
    """Aid granted elsewhere: `minor` hundredths of `currency`, on which day, by whom, under which number of theirs."""

    basis: str
    day: dt.date
    minor: int
    currency: str
    authority: str
    reference: str
    member_state: str = MEMBER_STATE

    def key_for(self, number: str) -> str:
        """What one grant is known by in files of others: to whom, on which basis, by whom, and its number there.

        One act may aid several enterprises, and one enterprise on several bases. 64 characters, whatever the names.
        """
        parts = (self.member_state, number, self.basis, self.authority.casefold(), self.reference.casefold())
        return hashlib.sha256("|".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PartyStated:
    """An enterprise or public body as somebody named it."""

    number: str
    name: str
    kind: PartyKind = PartyKind.ENTERPRISE


@dataclass(frozen=True, slots=True)
class LinkStated:
    """A link as somebody stated it. `other_holds`: the other party holds or controls ours, not the reverse."""

    other: PartyStated
    other_holds: bool
    kind: LinkKind
    percent_e4: int | None
    since: dt.date | None
    until: dt.date | None
    note: str


class _Reader:
    """Reads fields one by one and keeps every refusal."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = fields
        self.problems: list[Problem] = []

    def text(self, name: str) -> str:
        return texts.trimmed(str(self.fields.get(name) or ""))

    def read(self, take: Callable[[], _Read], instead: _Read) -> _Read:
        """What `take` gives; where it refuses, `instead`, which nobody sees because `done` raises."""
        try:
            return take()
        except BrokenRule as rule:
            self.problems += rule.problems
            return instead

    def needed(self, name: str, message: str, most: int) -> str:
        text = self.text(name)
        if not text:
            self.refuse(message, name)
        elif len(text) > most:
            self.refuse(N_("Shorten this: at most %(most)s characters fit."), name, most=most)
        return text

    def refuse(self, message: str, name: str, **values: object) -> None:
        self.problems += BrokenRule.because(message, name, **values).problems

    def done(self) -> None:
        if self.problems:
            raise BrokenRule(*self.problems)


def party_number(text: str, field: str = "number") -> str:
    """A CUI (digits only, check digit right), or abroad the country's code and the number there. Raises BrokenRule."""
    typed = re.sub(r"\s", "", text).upper()
    if typed[:2] in STATES and typed[:2] != MEMBER_STATE:
        if not _ABROAD.fullmatch(typed):
            raise BrokenRule.because(N_("Enter the country's code and the number there, such as DE HRB12345."), field)
        return typed
    return cui(typed, field)


def read_party(fields: Mapping[str, Any]) -> PartyStated:
    """The party in the fields `number`, `name` and maybe `kind`. Raises BrokenRule with all that is wrong."""
    reader = _Reader(fields)
    party = _party(reader)
    reader.done()
    return party


def read_earlier(fields: Mapping[str, Any], today: dt.date) -> Earlier:
    """Earlier aid from fields of text (`day` may be a day already). Raises BrokenRule with all that is wrong."""
    reader = _Reader(fields)
    basis = reader.text("basis")
    if basis not in codes_with_ceiling():
        reader.refuse(N_("Choose the kind of aid."), "basis")
    minor = reader.read(lambda: parse_cents(reader.text("amount"), "amount"), 1)
    if minor == 0:
        reader.refuse(N_("Enter an amount above zero."), "amount")
    currency = reader.text("currency").upper()
    if currency not in CURRENCIES:
        reader.refuse(N_("Choose a currency: %(known)s."), "currency", known=", ".join(CURRENCIES))
    state = (reader.text("member_state") or MEMBER_STATE).upper()
    if state not in STATES:
        reader.refuse(N_("Enter the two letters of a Member State, such as RO."), "member_state")
    day = _day(reader, "day")
    if day is None:
        reader.refuse(N_("Enter the day on which it was granted."), "day")
    elif not EARLIEST <= day <= today:
        reader.refuse(N_("Enter a day from %(first)s to today."), "day", first=EARLIEST)
    authority = reader.needed("authority", N_("Enter who granted it."), 200)
    reference = reader.needed("reference", N_("Enter the number of the contract or act."), 100)
    reader.done()
    return Earlier(basis, day or today, minor, currency, authority, reference, state)


def read_link(fields: Mapping[str, Any], today: dt.date) -> LinkStated:
    """A link from fields of text. Raises BrokenRule with all that is wrong."""
    reader = _Reader(fields)
    other = _party(reader)
    direction = reader.text("direction")
    if direction not in ("holds", "held"):
        reader.refuse(N_("Say who holds or controls whom."), "direction")
    kind = reader.text("link")
    if kind not in tuple(LinkKind):
        reader.refuse(N_("Choose what links the two."), "link")
    percent = reader.read(lambda: _percent(reader.text("percent")), 0) if kind == LinkKind.VOTES else None
    since, until = _day(reader, "since"), _day(reader, "until")
    if since and since > today:
        reader.refuse(N_("A link is entered once it exists: choose a day up to today."), "since")
    if since and until and until < since:
        reader.refuse(N_("The link ends before it begins."), "until")
    note = reader.text("note")
    if len(note) > 300:
        reader.refuse(N_("Shorten this: at most %(most)s characters fit."), "note", most=300)
    reader.done()
    return LinkStated(other, direction == "holds", LinkKind(kind), percent, since, until, note)


def _party(reader: _Reader) -> PartyStated:
    number = reader.read(lambda: party_number(reader.text("number")), "")
    name = reader.needed("name", N_("Enter the registered name."), 250)
    kind = reader.text("kind") or PartyKind.ENTERPRISE
    if kind not in (PartyKind.ENTERPRISE, PartyKind.PUBLIC_BODY):
        reader.refuse(N_("Choose enterprise or public body. Nobody is linked through a natural person."), "kind")
        kind = PartyKind.ENTERPRISE
    return PartyStated(number, name, PartyKind(kind))


def _day(reader: _Reader, name: str) -> dt.date | None:
    value = reader.fields.get(name)
    if isinstance(value, dt.date):
        return value
    text = reader.text(name)
    if not text:
        return None
    parts = _DAY.fullmatch(text) or _ISO_DAY.fullmatch(text)
    try:
        if parts:
            return dt.date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
        raise ValueError(text)
    except ValueError:
        reader.refuse(N_("Enter a day such as 30.06.2026."), name)
        return dt.date.min


def _percent(text: str) -> int:
    """Ten-thousandths of a percent."""
    try:
        percent = Decimal(text.removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        raise BrokenRule.because(N_("Enter the percent of the votes, such as 60 or 33,5."), "percent") from None
    if not percent.is_finite() or not 0 <= percent <= 100:
        raise BrokenRule.because(N_("Enter a percent from 0 to 100."), "percent")
    parts = percent * 10_000
    if parts != parts.to_integral_value():
        raise BrokenRule.because(N_("At most four decimals, please."), "percent")
    return int(parts)
