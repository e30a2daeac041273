"""The ground that tests stand on; tests/README.md shows each fixture with an example."""

from __future__ import annotations

import datetime as dt
import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("sqlite", "postgresql")
FROM_OUTSIDE = (
    "DATABASE_URL",
    "SMTP_URL",
    "SECRET_KEY",
    "BASE_URL",
    "TRUSTED_PROXIES",
    "REDIS_URL",
    "ANAF_URL",
    "DIH_DEVELOPMENT",
    "STRIPE_API_BASE",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=(*KINDS, "both"), default="both", help="on which database tests run")
    parser.addoption(
        "--words-later", action="store_true", help="let pass words whose translation is still to be written"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Compiles translations that are older than their source; once, before any worker starts."""
    if hasattr(config, "workerinput"):
        return
    stale = [
        source
        for source in (ROOT / "dih").glob("*/translations/*/LC_MESSAGES/*.po")
        if not source.with_suffix(".mo").exists() or source.with_suffix(".mo").stat().st_mtime < source.stat().st_mtime
    ]
    tool = ROOT / "tools" / "catalogues.py"
    if stale and tool.exists():
        subprocess.run([sys.executable, str(tool), "compile"], check=True, cwd=ROOT)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what says something about the other database alone."""
    dropped = [item for item in items if _other_database(item)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in dropped]


def _other_database(item: pytest.Item) -> bool:
    kind = getattr(item, "callspec", None) and item.callspec.params.get("database_kind")
    return any(kind and kind != name and item.get_closest_marker(f"{name}_only") for name in KINDS)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays: the collector of garbage need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that reaches a database runs once on each."""
    if "database_kind" in metafunc.fixturenames:
        wanted = metafunc.config.getoption("database")
        metafunc.parametrize("database_kind", KINDS if wanted == "both" else [wanted], scope="session")


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int) -> None:
    for report in terminalreporter.stats.get("skipped", []):
        terminalreporter.write_line(f"skipped, which counts as failed: {report.nodeid}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Nothing is skipped silently: a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped") and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of this test process: documents, mails, SQLite files."""
    folder = tmp_path_factory.mktemp("instance")
    for name in FROM_OUTSIDE:
        os.environ.pop(name, None)
    os.environ["INSTANCE_PATH"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def moment() -> Any:
    """The time that stands still; `moment.advance(days=3)` moves it."""
    from dih.shared import clock
    from tests.support.moment import Moment

    standing = Moment()
    clock.now = standing
    return standing


@pytest.fixture
def now(moment: Any) -> dt.datetime:
    """The fixed moment at which a test begins: 2026-11-23 09:00 UTC, 11:00 in Bucharest."""
    moment.restart()
    return moment()


@pytest.fixture(scope="session")
def make_app(instance: Path, moment: Any) -> Callable[..., Flask]:
    """Builds an application for tests on a database address; more settings by keyword."""
    from dih.factory import create_app
    from tests.support.databases import hurry
    from tests.support.settings import FOR_TESTS

    def make(address: str, **settings: Any) -> Flask:
        app = create_app({**FOR_TESTS, "SQLALCHEMY_DATABASE_URI": address, **settings})
        hurry(app)
        return app

    return make


@pytest.fixture(scope="session")
def migrate(make_app: Callable[..., Flask]) -> Callable[[str], None]:
    """Brings the database at an address to the newest revision."""
    from flask_migrate import upgrade

    from dih.extensions.database import db

    def run(address: str) -> None:
        app = make_app(address)
        with app.app_context():
            upgrade()
            db.session.remove()
            db.engine.dispose()

    return run


@pytest.fixture(scope="session")
def databases(
    database_kind: str, tmp_path_factory: pytest.TempPathFactory, migrate: Callable[[str], None]
) -> Iterator[Any]:
    """Clean migrated databases of the kind at hand: `.clone()`, `.empty()`, `.drop(address)`."""
    from sqlalchemy import make_url

    from tests.support.databases import Postgresql, Sqlite, private_postgresql

    if database_kind == "sqlite":
        yield Sqlite(tmp_path_factory.mktemp("sqlite"), migrate)
        return
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        kept = Postgresql(make_url(named).set(drivername="postgresql+psycopg"), migrate)
        yield kept
        kept.close()
        return
    with private_postgresql() as server:
        yield Postgresql(server, migrate)


@pytest.fixture(scope="session")
def standing_app(databases: Any, make_app: Callable[..., Flask], pytestconfig: pytest.Config) -> Flask:
    """One application for all tests of a kind of database; tests use `app`, which cleans it first."""
    from tests.support.client import watch_over

    app = make_app(databases.clone())
    watch_over(app, words=not pytestconfig.getoption("words_later"))
    return app


@pytest.fixture
def app(standing_app: Flask, databases: Any, now: dt.datetime) -> Flask:
    """The application on a clean migrated database, once on SQLite and once on PostgreSQL."""
    from tests.support.client import WATCH
    from tests.support.settings import empty_folders

    with standing_app.app_context():
        databases.reset_standing()
    WATCH.writes = 0
    empty_folders(standing_app)
    return standing_app


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """An open application context, for tests that call operations and queries directly or prepare rows."""
    with app.app_context():
        yield app


@pytest.fixture
def new_client(app: Flask) -> Callable[[], Any]:
    """Makes visitors, each with cookies of their own."""
    return app.test_client


@pytest.fixture
def client(new_client: Callable[[], Any]) -> Any:
    """A visitor who has not signed in."""
    return new_client()


@pytest.fixture
def sign_in() -> Callable[..., Any]:
    """Signs a visitor in without typing: `sign_in(client, person, membership)`."""
    from tests.support.settings import sign_in

    return sign_in
