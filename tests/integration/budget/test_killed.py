"""Server and worker are killed by SIGKILL under a load of approvals and deliveries, again and again.

Every answer that said yes is in the ledger, nothing is half done, every mail goes out; mails that went out twice are
counted and printed. `KILLS` in the environment says how often on each database (15, so 30 in all).
"""

import http.client
import os
import queue
import random
import re
import socket
import threading
import time
from collections import Counter
from urllib.parse import urlencode

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select, update

from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.budget import verification
from dih.budget.models import BudgetMove
from dih.calls.models import Call
from dih.decisions import operations as decisions
from dih.decisions.models import Decision
from dih.demo.people import PASSWORD, password_hash
from dih.extensions.database import db
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus
from tests import factories
from tests.support.hub import Hub
from tests.support.live import Live

KILLS = int(os.environ.get("KILLS", "15"))
APPROVALS, DELIVERIES = 12, 6
"""How many of each wait when a round begins; it rarely does them all."""
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Somebody:
    """A signed-in client that never asks twice: without an answer it does not know."""

    def __init__(self, port: int, email: str) -> None:
        self.port, self.cookies = port, {}
        self.token = TOKEN.search(self.ask("GET", "/login")[1]).group(1)
        deadline = time.monotonic() + 30
        while self.post("/login", {"email": email, "password": PASSWORD})[0] != 302:
            assert time.monotonic() < deadline, f"{email} cannot sign in"
        self.token = TOKEN.search(self.ask("GET", "/desk")[1]).group(1)

    def post(self, path: str, fields: dict) -> tuple[int, str]:
        return self.ask("POST", path, urlencode({**fields, "csrf_token": self.token}))

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, text


class Inbox:
    """A mail server that counts what it took, by Message-ID."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, _server, _session, envelope) -> str:
        found = re.search(rb"Message-ID: <([^>]+)>", envelope.content)
        self.taken[found.group(1).decode()] += 1
        return "250 OK"


@pytest.fixture
def inbox():
    made = Inbox()
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        made.port = trial.getsockname()[1]
    controller = Controller(made, hostname="127.0.0.1", port=made.port)
    controller.start()
    yield made
    controller.stop()


@pytest.fixture
def platform(databases, make_app, tmp_path, inbox, now):
    """A live platform on a database of its own, with a hub whose people can sign in: (live, hub, call's code)."""
    address = databases.clone()
    app = make_app(address)
    live = Live(tmp_path, address)
    live.environment["SMTP_URL"] = f"smtp://127.0.0.1:{inbox.port}"
    with app.app_context():
        hub = Hub(now)
        with unit_of_work():
            for name in ("manager", "owner", "coordinator"):
                db.session.merge(hub.people[name][0]).password = password_hash()
        code = db.session.scalars(select(Call.code)).first()
        yield live, hub, code
        live.kill()
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)


def waiting():
    """What the rounds before left: application ids to approve, and vouchers in delivery to report."""
    db.session.rollback()
    placed = select(Application.id).where(Application.status == ApplicationStatus.PLACED)
    in_delivery = select(Voucher.uuid).where(Voucher.status == VoucherStatus.IN_DELIVERY)
    return list(db.session.scalars(placed)), list(db.session.scalars(in_delivery))


def prepare(hub, now):
    """Cases for one round, with those left over: application ids to approve, and vouchers in delivery to report."""
    ids, begun = waiting()
    with unit_of_work():
        stranger, own = factories.organisation(now).id, hub.organisation
    hub.organisation = stranger
    fresh = [hub.application().id for _ in range(APPROVALS - len(ids))]
    hub.organisation = own
    mine = [hub.application().id for _ in range(DELIVERIES - len(begun))]
    with unit_of_work():
        place = {"status": ApplicationStatus.PLACED, "partner_id": hub.lead}
        db.session.execute(update(Application).where(Application.id.in_(fresh + mine)).values(**place))
    for one in mine:
        with unit_of_work():
            decisions.approve(one, "", hub.actor("manager"), now)
        voucher = db.session.scalars(select(Voucher).where(Voucher.application_id == one)).one()
        begun.append(voucher.uuid)
        with unit_of_work():
            vouchers.accept(voucher.uuid, hub.actor("owner"), now)
        with unit_of_work():
            vouchers.redeem(voucher.code, hub.actor("coordinator"), now)
    db.session.rollback()
    return ids + fresh, begun


def load(clients, code, ids, begun, services, stop, said):
    """One thread for each client, each with its share of the work; `said` collects what was answered with yes."""
    manager, coordinator, owner = clients
    to_confirm: queue.Queue = queue.Queue()

    def until_killed(work):
        def run():
            try:
                work()
            except (OSError, http.client.HTTPException):
                return

        return threading.Thread(target=run)

    def approve(mine):
        for one in mine:
            if stop.is_set():
                return
            if manager.post(f"/decisions/{code}/decide", {"chosen": one, "outcome": "approved"})[0] == 302:
                said["approved"].append(one)

    def report():
        worth = {f"delivered-{service}": price for service, price in zip(services, ("1000", "333,33"), strict=True)}
        for one in begun:
            if coordinator.post(f"/deliveries/{one}/report", {"summary": "Done.", **worth})[0] == 302:
                said["reported"].append(one)
                to_confirm.put(one)

    def confirm():
        while not stop.is_set():
            try:
                one = to_confirm.get(timeout=0.1)
            except queue.Empty:
                continue
            if owner.post(f"/deliveries/{one}/confirm", {})[0] == 302:
                said["confirmed"].append(one)

    threads = [until_killed(lambda mine=ids[part::3]: approve(mine)) for part in range(3)]
    return [*threads, until_killed(report), until_killed(confirm)]


def check(said):
    """What was answered with yes is there, and what is there is whole."""
    db.session.rollback()
    issued = {voucher.application_id: voucher for voucher in db.session.scalars(select(Voucher))}
    approved = set(db.session.scalars(select(Application.id).where(Application.status == ApplicationStatus.APPROVED)))
    moves = set(db.session.scalars(select(BudgetMove.key)))
    assert set(said["approved"]) <= approved
    assert approved == set(issued)
    assert approved == set(db.session.scalars(select(Decision.application_id)))
    assert {f"application:{one}:approve" for one in approved} == {key for key in moves if key.endswith(":approve")}
    done = {voucher.uuid for voucher in issued.values() if voucher.status is VoucherStatus.CONFIRMED}
    assert set(said["confirmed"]) <= done
    reported = {voucher.uuid for voucher in issued.values() if voucher.status is VoucherStatus.DELIVERED} | done
    assert set(said["reported"]) <= reported
    spent = {f"voucher:{voucher.id}:confirm" for voucher in issued.values() if voucher.uuid in done}
    assert spent == {key for key in moves if key.endswith(":confirm")}
    assert verification.differences() == []
    db.session.rollback()


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_what_was_answered_stands(platform, inbox, now):
    live, hub, code = platform
    said = {"approved": [], "reported": [], "confirmed": []}
    chance = random.Random(5)
    emails = [hub.people[name][0].email for name in ("manager", "coordinator", "owner")]
    clients = None
    for _ in range(KILLS):
        ids, begun = prepare(hub, now)
        live.start()
        clients = clients or [Somebody(live.port, email) for email in emails]
        stop = threading.Event()
        threads = load(clients, code, ids, begun, hub.services, stop, said)
        for thread in threads:
            thread.start()
        enough, deadline = sum(map(len, said.values())) + chance.randint(1, 9), time.monotonic() + 60
        while sum(map(len, said.values())) < enough and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.1))
        live.kill()
        stop.set()
        for thread in threads:
            thread.join(30)
        check(said)
    assert min(len(answers) for answers in said.values()) > 0, "the load did nothing"

    live.start()
    live.advance(minutes=5)
    open_items = select(func.count()).select_from(OutboxItem).where(OutboxItem.done_at.is_(None))
    left, patience = db.session.scalar(open_items), time.monotonic() + 60
    while left and time.monotonic() < patience:
        db.session.rollback()
        time.sleep(0.5)
        before, left = left, db.session.scalar(open_items)
        if left < before:
            patience = time.monotonic() + 60
    assert left == 0, "every mail goes out, though it may take its time"
    live.flask("budget", "verify")
    host = {message.partition("@")[2] for message in inbox.taken}
    wanted = {f"outbox-{one}@{next(iter(host))}" for one in db.session.scalars(select(OutboxItem.id))}
    assert set(inbox.taken) == wanted
    repeats = sum(inbox.taken.values()) - len(inbox.taken)
    told = ", ".join(f"{len(answers)} {what}" for what, answers in said.items())
    print(f"{KILLS} kills: {told}; {len(wanted)} mails, {repeats} sent again")
