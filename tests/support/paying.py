"""A hub whose applicants pay a tenth of the price, with the stand-in for Stripe and its webhook at hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import select

from dih.applications.models import Application
from dih.calls.models import CallVersion
from dih.catalogue.models import Service
from dih.delivery import operations as delivery
from dih.desks import waiting
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.payments import checkout, operations, queries
from dih.payments.models import Payment
from dih.payments.stripe_gateway import BadSignature, read_event
from dih.shared import outbox
from dih.shared.access import SYSTEM, Actor
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.rules import new_code
from dih.vouchers.vocabulary import VoucherStatus
from tests import factories
from tests.support.hub import Hub
from tests.support.stripe_server import SECRET_KEY, WEBHOOK_SECRET, StandIn, stripe_stand_in

SHARE, TOTAL = 13_333, 16_133
"""A tenth of 1,333.33 euro, and the same with 21 percent VAT."""


@contextmanager
def stripe_on(app: Flask, clock: Callable[[], Any]) -> Iterator[StandIn]:
    """The stand-in, and the application set to use it."""
    with stripe_stand_in(lambda: clock().timestamp()) as stand_in:
        before = {name: app.config[name] for name in ("STRIPE_API_BASE", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET")}
        app.config.update(
            STRIPE_API_BASE=stand_in.url, STRIPE_SECRET_KEY=SECRET_KEY, STRIPE_WEBHOOK_SECRET=WEBHOOK_SECRET
        )
        yield stand_in
        app.config.update(before)


class Paying(Hub):
    """A hub with payments; each step is one or two units of work."""

    def __init__(self, now: Any, stripe: StandIn) -> None:
        super().__init__(now, own_percent=10)
        self.stripe = stripe

    def begin(self, voucher: Voucher) -> Payment:
        """The owner goes to the page for cards."""
        checkout.begin(voucher.uuid, "Share", "https://hub.test/payment", "ro", self.actor("owner"), self.now)
        return self.payment(voucher)

    def transfer(self, voucher: Voucher) -> Payment:
        """The owner asks for a pro-forma."""
        with unit_of_work():
            operations.choose_transfer(voucher.uuid, self.actor("owner"), self.now)
        return self.payment(voucher)

    def payment(self, voucher: Voucher) -> Payment:
        """The last payment of a voucher, as it is now."""
        db.session.rollback()
        wanted = select(Payment).where(Payment.voucher_id == voucher.id).order_by(Payment.id.desc()).limit(1)
        return db.session.scalars(wanted.execution_options(populate_existing=True)).one()

    def paid_by_card(self) -> tuple[Voucher, Payment]:
        """An active voucher whose share came in by card."""
        voucher = self.active()
        payment = self.begin(voucher)
        self.stripe.books.pay(payment.session_id or "")
        self.stripe.deliver(self.hear)
        return voucher, self.payment(voucher)

    def hear(self, body: bytes, header: str) -> int:
        """The webhook without HTTP around it."""
        try:
            event = read_event(body, header, self.now)
        except BadSignature:
            return 400
        with unit_of_work():
            operations.take_in(event, self.now)
        return 200

    def confirmed_by_card(self, *cents: int) -> Voucher:
        """Paid by card, delivered and confirmed with so many cents of each service."""
        voucher, _ = self.paid_by_card()
        with unit_of_work():
            vouchers.redeem(voucher.code, self.actor("coordinator"), self.now)
        worth = dict(zip(self.services, cents, strict=True))
        with unit_of_work():
            delivery.report(voucher.uuid, "All is done.", worth, self.actor("coordinator"), self.now)
        with unit_of_work():
            delivery.confirm(voucher.uuid, self.actor("owner"), self.now)
        return voucher

    def close(self, voucher: Voucher) -> None:
        delivery.close(voucher.uuid, self.actor("manager"), self.now)

    def refund(self, payment: Payment) -> None:
        operations.order_refund(payment.uuid, self.actor("manager"), self.now)

    def later(self, **span: float) -> dt.datetime:
        return self.now + dt.timedelta(**span)

    def work(self) -> None:
        """The worker empties the outbox."""
        while outbox.work(lambda: self.now):
            pass

    def due(self) -> dict[str, int]:
        """Refunds due by reference."""
        db.session.rollback()
        return {one.reference: one.due_cents for one in queries.refunds_due(SYSTEM, self.now)}

    def on_desk(self, title: str, actor: Actor | None = None) -> list[str]:
        """The payments on one list of the manager's desk, or of another actor's."""
        db.session.rollback()
        found = next(one for one in waiting.lists(actor or self.actor("manager"), self.now) if one.title == title)
        return [item.reference for item in found.items]

    def several(self, count: int) -> list[Voucher]:
        """Vouchers that await payment of 100 euro and VAT each, laid down as rows: for tests about many payments."""
        with unit_of_work():
            of, version = (
                db.session.get_one(Organisation, self.organisation),
                db.session.get_one(CallVersion, self.version),
            )
            service = db.session.get_one(Service, self.services[0])
            made = [self._awaiting(factories.application(self.now, of, version, [service])) for _ in range(count)]
            for voucher in made:
                db.session.add(
                    VoucherService(
                        voucher_id=voucher.id, service_id=service.id, line_id=self.line, price_cents=100_000, **_SPLIT
                    )
                )
        return made

    def _awaiting(self, application: Application) -> Voucher:
        voucher = Voucher(
            application_id=application.id,
            code=new_code(),
            status=VoucherStatus.AWAITING_PAYMENT,
            status_since=self.now,
            partner_id=self.lead,
            value_cents=100_000,
            **_SPLIT,
            legal_basis="gber_28",
            issued_at=self.now,
            accept_by=self.now.date() + dt.timedelta(days=15),
            valid_until=self.now.date() + dt.timedelta(days=180),
            accepted_at=self.now,
        )
        db.session.add(voucher)
        db.session.flush()
        return voucher


_SPLIT = {"eu_cents": 50_000, "national_cents": 40_000, "beneficiary_cents": 10_000}
