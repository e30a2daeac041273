"""Two real processes at the same moment: one wins, the other is told, and the money moves once."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from sqlalchemy import select

from dih.budget import queries, verification
from dih.extensions.database import db
from dih.shared.models import AuditRecord
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus
from tests.support.hub import Hub

PROGRAM = """
import sys, time, uuid, datetime as dt
from dih.factory import create_app
from dih.shared.access import Actor, Permission, Role, ScopeKind
from dih.shared.unit_of_work import unit_of_work
from dih.shared.errors import BrokenRule, Stale
from dih.vouchers import jobs, operations
verb, voucher, person, organisation, now = sys.argv[1:]
now = dt.datetime.fromisoformat(now)
app = create_app()
with app.app_context():
    actor = Actor(int(person), "Owner", Role.OWNER, ScopeKind.ORGANISATION, int(organisation), 1,
                  frozenset({Permission.ACCEPT_VOUCHER, Permission.SEE_OWN_APPLICATIONS}))
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        if verb == "lapse":
            jobs.lapse(now)
        else:
            with unit_of_work():
                getattr(operations, verb)(uuid.UUID(voucher), *([""] if verb == "refuse" else []), actor, now)
        print("done")
    except (Stale, BrokenRule) as error:
        print(type(error).__name__)
"""


def both(address, *runs):
    """Starts the processes, lets them go together, and returns what each printed last."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *run],
            env={**os.environ, "DATABASE_URL": address},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for run in runs
    ]
    for process in running:
        assert process.stdout.readline().strip() == "ready"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    return sorted(process.communicate(timeout=60)[0].strip() for process in running)


@pytest.fixture
def raced(databases, make_app, now):
    """A hub with an offered voucher in a database of its own: (address, hub, voucher)."""
    address = databases.clone()
    app = make_app(address)
    with app.app_context():
        hub = Hub(now)
        yield address, hub, hub.offered()
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)


def arguments(hub, voucher, verb, now):
    person = hub.actor("owner").person_id
    return verb, str(voucher.uuid), str(person), str(hub.organisation), now.isoformat()


def held(voucher):
    db.session.rollback()
    line = next(one for one in queries.lines() if one.code == "SME")
    return db.session.get_one(Voucher, voucher.id, populate_existing=True).status, line.reserved_cents


def test_accepted_and_refused_at_once(raced, now):
    address, hub, voucher = raced
    worth = voucher.value_cents
    db.session.rollback()
    assert both(address, arguments(hub, voucher, "accept", now), arguments(hub, voucher, "refuse", now)) == [
        "Stale",
        "done",
    ]
    assert held(voucher) in ((VoucherStatus.ACTIVE, worth), (VoucherStatus.CANCELLED, 0))
    assert verification.differences() == []


def test_two_workers_lapse_it_once(raced, now):
    address, hub, voucher = raced
    late = now + dt.timedelta(days=20)
    db.session.rollback()
    run = arguments(hub, voucher, "lapse", late)
    assert both(address, run, run) == ["done", "done"]
    assert held(voucher) == (VoucherStatus.LAPSED, 0)
    assert len(db.session.scalars(select(AuditRecord).where(AuditRecord.action == "voucher_lapse")).all()) == 1
    assert verification.differences() == []


def test_a_double_click_accepts_once(raced, now):
    address, hub, voucher = raced
    db.session.rollback()
    run = arguments(hub, voucher, "accept", now)
    assert both(address, run, run) == ["Stale", "done"]
    assert held(voucher)[0] is VoucherStatus.ACTIVE
