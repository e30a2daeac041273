"""Two real processes at the same moment: an organisation is entered once, a stale change overwrites nothing."""

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from dih.accounts.models import Membership
from dih.extensions.database import db
from dih.organisations import operations, queries
from dih.organisations.models import Organisation
from dih.organisations.rules import facts
from dih.shared.access import SYSTEM
from dih.shared.unit_of_work import unit_of_work
from tests import factories

PROGRAM = """
import sys, json, datetime as dt
from dih.factory import create_app
from dih.organisations import operations, queries
from dih.organisations.rules import facts
from dih.shared.access import SYSTEM, Actor, Role
from dih.shared.errors import BrokenRule, Stale
from dih.shared.unit_of_work import unit_of_work
verb, person, typed, now = sys.argv[1:]
now, read = dt.datetime.fromisoformat(now), facts(json.loads(typed))
app = create_app()
with app.app_context():
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        with unit_of_work():
            if verb == "enter":
                operations.enter(read, [], Actor(int(person), "Person", Role.GUEST), now)
            else:
                operations.change(1, 1, read, [], SYSTEM, now)
        print("done")
    except (BrokenRule, Stale) as error:
        print(type(error).__name__)
"""


@pytest.fixture
def address(databases, make_app):
    """A database of its own, with an application context open on it."""
    made = databases.clone()
    with make_app(made).app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    databases.drop(made)


def both(address, *runs):
    """Starts a process for each run, lets them go together, and returns what they printed last, in order."""
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


def test_two_people_enter_one_organisation(address, now, typed):
    with unit_of_work():
        people = [factories.person(now).id for _each in range(2)]
    sent = json.dumps(typed)
    assert both(address, *(("enter", str(person), sent, now.isoformat()) for person in people)) == [
        "AlreadyEntered",
        "done",
    ]
    assert db.session.scalar(select(func.count(Organisation.id))) == 1
    assert db.session.scalar(select(func.count(Membership.id))) == 1


def test_two_change_the_same_version(address, now, typed):
    with unit_of_work():
        operations.enter(facts(typed), [], SYSTEM, now)
    runs = [("change", "0", json.dumps({**typed, "name": name}), now.isoformat()) for name in ("Unu SRL", "Doi SRL")]
    assert both(address, *runs) == ["Stale", "done"]
    found = queries.by_id(1)
    assert found.version == 2
    assert found.facts.name in ("Unu SRL", "Doi SRL")
