"""The life of a voucher of the demo: accepted, paid for, redeemed, delivered, confirmed, or what else befell it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import select

from dih.delivery import operations as delivery
from dih.delivery.models import Milestone
from dih.demo.plan import PAID_FOR
from dih.extensions.database import db
from dih.payments import operations as payments
from dih.payments import queries as payment_queries
from dih.payments.statements import Line
from dih.shared import clock
from dih.shared.access import Actor, Role
from dih.shared.currency import EURO
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher, VoucherService

if TYPE_CHECKING:
    from dih.demo.story import Story


def live(story: Story) -> Iterator[dt.datetime]:
    """The life of the voucher."""
    ending = story.plot.ending
    voucher = db.session.scalars(select(Voucher).where(Voucher.application_id == story.application.id)).one()
    if ending == "lapsed":
        yield story.after(60)
        vouchers.lapse(voucher.id, story.after(60))
    if ending in ("offered", "lapsed") or not story.in_force(story.after(22)):
        return
    yield story.after(22)
    vouchers.accept(voucher.uuid, story.owner, story.after(22))
    if ending == "cancelled":
        yield story.after(40)
        reason = "Beneficiarul nu mai derulează proiectul."
        vouchers.cancel(voucher.uuid, reason, story.manager, story.after(40))
    if ending in PAID_FOR:
        yield from _pay(story, voucher)
    if ending in (*PAID_FOR, "active", "cancelled"):
        return
    yield story.after(30)
    coordinator = story.of_partner(story.application.partner_id, Role.COORDINATOR)
    vouchers.redeem(voucher.code, coordinator, story.after(30))
    yield from _deliver(story, voucher, coordinator)


def _pay(story: Story, voucher: Voucher) -> Iterator[dt.datetime]:
    """By bank transfer: asked for, and booked where the plot says so, beside a line that is no share."""
    yield story.after(23)
    payment = payments.choose_transfer(voucher.uuid, story.owner, story.after(23))
    if story.plot.ending != "paid":
        return
    moment = story.after(26)
    yield moment
    day = clock.day_of(moment)
    lines = [
        Line(day, payment.amount_cents, EURO, story.plot.organisation, "", f"Plata {payment.reference}", "1"),
        Line(day, 1_250, EURO, "Banca Exemplu", "", "Dobândă", "2"),
    ]
    payments.import_statement("extras-demo.csv", repr(lines).encode(), lines, story.manager, moment)
    for line_id in payment_queries.unmatched_lines():
        payments.match(line_id, moment)


def _deliver(story: Story, voucher: Voucher, coordinator: Actor) -> Iterator[dt.datetime]:
    ending = story.plot.ending
    yield story.after(31)
    begun = clock.day_of(story.after(31))
    specialist = story.of_partner(voucher.partner_id, Role.DELIVERER)
    services = db.session.scalars(select(VoucherService).where(VoucherService.voucher_id == voucher.id)).all()
    for index, title in enumerate(("Întâlnire de pornire", "Lucru la sediul beneficiarului", "Raport și predare")):
        delivery.plan_milestone(
            voucher.uuid, title, begun + dt.timedelta(days=20 * index), coordinator, story.after(31)
        )
    yield story.after(40)
    for index, service in enumerate(services):
        day = begun + dt.timedelta(days=3 + index)
        delivery.record_work(
            voucher.uuid, service.service_id, day, 65, "Analiză și discuții", specialist, story.after(40)
        )
    steps = db.session.scalars(
        select(Milestone.id).where(Milestone.voucher_id == voucher.id).order_by(Milestone.id)
    ).all()
    delivery.finish_milestone(voucher.uuid, steps[0], True, coordinator, story.after(40))
    if ending == "in_delivery":
        return
    yield story.after(80)
    for step in steps[1:]:
        delivery.finish_milestone(voucher.uuid, step, True, coordinator, story.after(80))
    partly = story.chance.random() < 0.2
    delivered = {s.service_id: s.price_cents * 3 // 4 if partly else s.price_cents for s in services}
    delivery.report(
        voucher.uuid, "Serviciile au fost livrate conform planului.", delivered, coordinator, story.after(80)
    )
    if ending == "disputed":
        yield story.after(84)
        delivery.dispute(voucher.uuid, "Raportul final nu cuprinde planul de măsuri.", story.owner, story.after(84))
    if ending in ("delivered", "disputed"):
        return
    yield story.after(86)
    delivery.confirm(voucher.uuid, story.owner, story.after(86))
    delivery.rate(
        voucher.uuid, story.chance.choice((4, 5, 5)), "Am înțeles ce avem de făcut.", story.owner, story.after(87)
    )
    if ending == "closed":
        yield story.after(95)
        delivery.close(voucher.uuid, story.manager, story.after(95))
