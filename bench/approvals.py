"""Approvals per second: `python -m bench.approvals`.

Eight processes approve applications on a private PostgreSQL that keeps what it commits (fsync on), all on one line and
spread over twenty; `pgbench -b simple-update` with eight clients runs before and after on the same server. Prints a
table: approvals per second, transactions of pgbench per second, and the ratio of the two.
"""

import datetime as dt
import itertools
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import psycopg

from dih.shared.access import SYSTEM, Actor, Role

CLIENTS = 8
EACH = 60
"""Approvals of each process."""
LINES = (1, 20)
SECONDS = 8
"""How long pgbench runs each time."""
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


def prepared(lines: int, count: int, now: dt.datetime) -> tuple[Actor, list[int]]:
    """A manager, and `count` applications that wait for a decision, of one organisation each, spread over `lines`."""
    from sqlalchemy import update

    from dih.applications.models import Application
    from dih.applications.operations.moving import find_lines
    from dih.applications.vocabulary import ApplicationStatus
    from dih.budget.operations import open_line
    from dih.extensions.database import db
    from dih.shared.unit_of_work import unit_of_work
    from tests import factories

    name = {"ro": "Linie", "en": "Line"}
    with unit_of_work():
        manager = factories.actor(*factories.member(Role.MANAGER, now))
        factories.envelope(now, 0)
        partners = [factories.partner(now) for _ in range(lines)]
        for partner in partners:
            keys = {"target_group": "production_sme", "partner_id": partner.id}
            open_line(f"L{partner.id}", name, 10**9, SYSTEM, now, **keys)
        services = [factories.service(partners)]
        version = factories.call(now, services)
    ids = []
    for partner in itertools.islice(itertools.cycle(partners), count):
        with unit_of_work():
            made = factories.application(now, factories.organisation(now), version, services, submitted=False)
            made.partner_id, made.reference, made.submitted_at = partner.id, f"B-{made.id}", now
            find_lines(made)
            db.session.execute(
                update(Application).where(Application.id == made.id).values(status=ApplicationStatus.PLACED)
            )
            ids.append(made.id)
    return manager, ids


def measured(address: str, lines: int) -> float:
    """Approvals per second of CLIENTS processes, from the first to the last answer."""
    from dih.decisions import operations as decisions
    from dih.extensions.database import db
    from dih.factory import create_app
    from tests.support.moment import START
    from tests.support.race import deed, timed

    now = START  # of the tests: a day on which the call's legal basis stands
    with create_app({"SQLALCHEMY_DATABASE_URI": address, "SECRET_KEY": "bench-" * 8}).app_context():
        manager, ids = prepared(lines, CLIENTS * (EACH + 1), now)
        db.session.remove()
        db.engine.dispose()
    deeds = [deed(decisions.approve, one, "", manager, now) for one in ids]
    lists = [deeds[number::CLIENTS] for number in range(CLIENTS)]
    told, took = timed(address, *lists, before=1, patience=600)
    answers = [answer for one in told for answer in one]
    if set(answers) != {"done"}:
        raise RuntimeError(f"not every approval was done: {set(answers)}")
    return CLIENTS * EACH / took


def pgbench(server: str, program: Path) -> float:
    """Transactions per second of pgbench's simple update with CLIENTS clients."""
    command = [program, "-n", "-b", "simple-update", "-c", str(CLIENTS), "-j", "2", "-T", str(SECONDS), server]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found.group(1))


def main() -> None:
    """Print the table."""
    from tests.support.databases import Postgresql, conninfo, postgresql_programs, private_postgresql

    with tempfile.TemporaryDirectory(prefix="dih-approvals-") as folder, private_postgresql() as server:
        os.environ["INSTANCE_PATH"] = folder
        with psycopg.connect(conninfo(server), autocommit=True) as connection:
            for name in DURABLE:
                connection.execute(f"ALTER SYSTEM SET {name} = on")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE DATABASE pgbench")

        def migrate(address: str) -> None:
            environment = {**os.environ, "DATABASE_URL": address}
            flask = str(Path(sys.executable).parent / "flask")
            subprocess.run([flask, "db", "upgrade"], env=environment, check=True, capture_output=True)

        databases = Postgresql(server, migrate)
        program, beside = postgresql_programs() / "pgbench", conninfo(server.set(database="pgbench"))
        subprocess.run([str(program), "-i", "-q", "-s", "10", beside], check=True, capture_output=True)
        click.echo("| lines | approvals a second | pgbench, transactions a second | ratio |")
        click.echo("| ---: | ---: | ---: | ---: |")
        for lines in LINES:
            before = pgbench(beside, program)
            rate = measured(databases.clone(), lines)
            beside_it = (before + pgbench(beside, program)) / 2
            click.echo(f"| {lines} | {rate:.0f} | {beside_it:.0f} | {rate / beside_it:.3f} |")
        click.echo(f"\n{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.")


if __name__ == "__main__":
    main()
