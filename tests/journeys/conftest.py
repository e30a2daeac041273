"""Journeys: a server and a worker in processes of their own, and people at a real Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from dih.extensions.database import db
from tests.support import chromium
from tests.support.live import Live
from tests.support.visitor import WIDE, Visitor


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the test process."""
    found = chromium.find()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=found.program, args=list(chromium.FLAGS), env={**os.environ, **found.environment}
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def seeded(
    tmp_path_factory: pytest.TempPathFactory, migrate: Callable[[str], None], make_app: Callable[..., Flask]
) -> Path:
    """A SQLite database with the hub's catalogue and calls, but no demo data; copied for each live server."""
    file = tmp_path_factory.mktemp("seeded") / "dih.sqlite"
    migrate(f"sqlite:///{file}")
    app = make_app(f"sqlite:///{file}")
    done = app.test_cli_runner().invoke(args=["seed"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    with app.app_context():
        db.engine.dispose()
    return file


@pytest.fixture(scope="module")
def live_server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A platform with seeded data for the tests of one file."""
    folder = tmp_path_factory.mktemp("live")
    shutil.copyfile(seeded, folder / "dih.sqlite")
    live = Live(folder, f"sqlite:///{folder / 'dih.sqlite'}")
    try:
        live.start()
        yield live
    finally:
        live.stop()


@pytest.fixture
def visitor(live_server: Live, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visitor]]:
    """Makes people at a browser: `visitor()`, `visitor(width=NARROW)`, `visitor(javascript=False)`."""
    people: list[Visitor] = []

    def make(width: int = WIDE, javascript: bool = True) -> Visitor:
        people.append(Visitor(browser, live_server.address, width, javascript))
        return people[-1]

    yield make
    failed = getattr(request.node, "failed", False)
    for number, person in enumerate(people):
        if failed:
            picture = live_server.folder / f"failed-{request.node.name}-{number}.png"
            person.page.screenshot(path=picture, full_page=True)
            print(f"the page as it was at the end: {picture}")
            person.faults.clear()
        person.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call":
        item.failed = report.failed  # type: ignore[attr-defined]
    return report
