"""The budget dashboard: the envelope at this moment, by line and by every dimension."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from babel.dates import format_skeleton
from sqlalchemy import func, select

from dih.applications.models import Application
from dih.applications.queries import closed_to
from dih.budget import queries as budget
from dih.budget import totals
from dih.budget.rules import Held, Line, held, tree
from dih.budget.settings import PROGRAMME_MONTHS, PROGRAMME_START
from dih.budget.vocabulary import Account
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.reporting import rules
from dih.shared import clock, paging, settings
from dih.shared.access import Actor
from dih.shared.paging import FRONT, PAGE, Page, Place
from dih.taxonomy import terms
from dih.taxonomy.vocabulary import CATEGORY_LABELS, TARGET_GROUP_LABELS
from dih.vouchers.models import Voucher

SOON_DAYS = 30
SHOWN_LAPSING = 10


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line with its depth below the envelope, what it holds with all below it, and how full it is."""

    line: Line
    depth: int
    held: Held
    used_percent: int
    tone: str


@dataclass(frozen=True, slots=True)
class Share:
    """Reserved, spent and requested cents of one value of a dimension; `key` is the value as the filter takes it."""

    key: str
    label: object
    reserved_cents: int
    spent_cents: int
    requested_cents: int


@dataclass(frozen=True, slots=True)
class Lapsing:
    """A voucher whose day comes soon; `envelope_cents` would be free again.

    Of a case that is closed to the reader (`case_uuid` None) only day and sum are told.
    """

    case_uuid: uuid.UUID | None
    reference: str | None
    organisation: str | None
    day: dt.date
    envelope_cents: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All that the dashboard shows. Money in cents, parts in permille."""

    ceiling_cents: int
    reserved_cents: int
    spent_cents: int
    requested_cents: int
    time_permille: int
    starts_on: dt.date
    ends_on: dt.date
    lines: Sequence[LineShown]
    forecast: rules.Forecast
    by: Mapping[str, Sequence[Share]]
    lapsing: Sequence[Lapsing]

    @property
    def free_cents(self) -> int:
        return self.ceiling_cents - self.reserved_cents - self.spent_cents

    @property
    def used_permille(self) -> int:
        return (self.reserved_cents + self.spent_cents) * 1000 // max(self.ceiling_cents, 1)

    @property
    def warnings(self) -> Sequence[LineShown]:
        return [shown for shown in self.lines if shown.tone != "good"]


def dashboard(actor: Actor, now: dt.datetime) -> Dashboard:
    """The dashboard at `now` as the actor may see it, in a constant number of queries."""
    today = clock.day_of(now)
    lines, sums, values = budget.lines(), totals.sums(), settings.read_all()
    start, months = values[PROGRAMME_START.name], values[PROGRAMME_MONTHS.name]
    partners = dict(db.session.execute(select(Partner.id, Partner.short_name).order_by(Partner.id)).all())
    labels: dict[str, Mapping[str, object]] = {
        "partner_id": {str(key): _as_it_is(name) for key, name in partners.items()},
        "category": {key.value: label for key, label in CATEGORY_LABELS.items()},
        "target_group": {key.value: label for key, label in TARGET_GROUP_LABELS.items()},
        "county": {county.code: _as_it_is(county.name) for county in terms.counties()},
        "month": {month: _as_said(month) for month in _months(start, today)},
    }
    money = {
        "ceiling_cents": sum(line.ceiling_cents for line in lines if line.parent_id is None),
        "reserved_cents": sum(line.reserved_cents for line in lines),
        "spent_cents": sum(line.spent_cents for line in lines),
    }
    moved = {month: by.get(Account.SPENT, 0) for month, by in sums["month"].items()}
    return Dashboard(
        **money,
        requested_cents=sum(by.get(Account.REQUESTED, 0) for by in sums["target_group"].values()),
        time_permille=rules.time_gone_permille(start, months, today),
        starts_on=start,
        ends_on=clock.add_months(start, months) - dt.timedelta(days=1),
        lines=shown(lines),
        forecast=rules.forecast(start, months, today, spent_by_month=moved, **money),
        by={
            **{name: _shares(labels[name], sums[name]) for name in totals.DIMENSIONS},
            "month": _running(_shares(labels["month"], sums["month"])),
        },
        lapsing=lapsing(actor, today, most=SHOWN_LAPSING).rows,
    )


def lapsing(actor: Actor, today: dt.date, place: Place = FRONT, *, most: int = PAGE) -> Page[Lapsing]:
    """Vouchers that lapse within SOON_DAYS unless somebody acts, the first day first."""
    wanted = (
        select(
            Application.uuid,
            Application.reference,
            Organisation.name,
            Voucher.lapses_on,
            (Voucher.eu_cents + Voucher.national_cents).label("envelope"),
            Voucher.id,
            closed_to(actor, today).label("closed"),
        )
        .outerjoin(Application, Application.id == Voucher.application_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(Voucher.lapses_on <= today + dt.timedelta(days=SOON_DAYS))
    )
    return paging.read(wanted, place, Voucher.lapses_on, Voucher.id, size=most).each(_lapsing)


def _lapsing(row: Any) -> Lapsing:
    made = Lapsing(row.uuid, row.reference, row.name, row.lapses_on, row.envelope)
    return replace(made, case_uuid=None, reference=None, organisation=None) if row.closed else made


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What vouchers hold that lapse within SOON_DAYS, in cents, and how many they are."""

    cents: int
    count: int


def at_risk(today: dt.date) -> AtRisk:
    """The sum of all that `lapsing` lists, from an index alone."""
    held, count = db.session.execute(
        select(func.coalesce(func.sum(Voucher.eu_cents + Voucher.national_cents), 0), func.count()).where(
            Voucher.lapses_on <= today + dt.timedelta(days=SOON_DAYS)
        )
    ).one()
    return AtRisk(int(held), count)


def shown(lines: Sequence[Line]) -> list[LineShown]:
    """Lines in the order of the tree, with what is reserved and spent below each."""
    all_held = held(lines)
    return [_shown(line, depth, all_held[line.id]) for line, depth in tree(lines)]


def _shown(line: Line, depth: int, holds: Held) -> LineShown:
    percent = holds.used_cents * 100 // max(line.ceiling_cents, 1)
    return LineShown(line, depth, holds, percent, rules.tone(holds.used_cents, line.ceiling_cents))


def _shares(labels: Mapping[str, object], sums: Mapping[str, Mapping[Account, int]]) -> list[Share]:
    return [
        Share(
            key,
            label,
            sums.get(key, {}).get(Account.RESERVED, 0),
            sums.get(key, {}).get(Account.SPENT, 0),
            sums.get(key, {}).get(Account.REQUESTED, 0),
        )
        for key, label in {**labels, **{key: _as_it_is(key) for key in sums if key and key not in labels}}.items()
    ]


def _as_it_is(name: str) -> Mapping[str, str]:
    """A name that is the same in both languages, no message of the catalogues."""
    return {"ro": name, "en": name}


@functools.cache
def _as_said(month: str) -> Mapping[str, str]:
    """A month such as "2026-06" as people read it: iun. 2026, Jun 2026."""
    first = dt.date.fromisoformat(f"{month}-01")
    return {language: format_skeleton("yMMM", first, locale=language) for language in ("ro", "en")}


def _running(months: Sequence[Share]) -> list[Share]:
    """From what moved in each month to what stood at its end."""
    found: list[Share] = []
    reserved = spent = requested = 0
    for month in sorted(months, key=lambda one: one.key):
        reserved += month.reserved_cents
        spent += month.spent_cents
        requested += month.requested_cents
        found.append(Share(month.key, month.label, reserved, spent, requested))
    return found


def _months(start: dt.date, today: dt.date) -> list[str]:
    first, last = start.year * 12 + start.month - 1, today.year * 12 + today.month - 1
    return [f"{index // 12}-{index % 12 + 1:02d}" for index in range(first, last + 1)]
