"""Unit tests reach no database and no network, and are fast."""

from __future__ import annotations

import os
import socket
import sqlite3
import time
from collections.abc import Generator
from typing import Any, NoReturn

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

settings.register_profile("usual", derandomize=True, deadline=None, database=None)
settings.register_profile("quick", derandomize=True, deadline=None, database=None, max_examples=10)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "usual")

LONGEST = 0.5
"""Seconds of processor time for a unit test (a few milliseconds are usual; the first one pays for imports)."""

LONGEST_PROPERTY = 5.0
"""The same for a test that hypothesis calls a hundred times."""


@pytest.fixture(scope="session", autouse=True)
def warm() -> None:
    """In a new clone hypothesis reads characters and constants for seconds: not on the clock of the first test."""

    @settings(max_examples=1)
    @given(st.text())
    def draw(text: str) -> None:
        assert isinstance(text, str)

    draw()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit test that opens a database or a connection fails with the reason."""

    def refused(*args: Any, **kwargs: Any) -> NoReturn:
        raise AssertionError("a unit test reaches no database and no network: this belongs into tests/integration")

    monkeypatch.setattr(sqlite3, "connect", refused)
    monkeypatch.setattr(psycopg, "connect", refused)
    monkeypatch.setattr(psycopg.Connection, "connect", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """A slow unit test is none."""
    began = time.process_time()
    result = yield
    took = time.process_time() - began
    allowed = LONGEST_PROPERTY if getattr(getattr(item, "obj", None), "is_hypothesis_test", False) else LONGEST
    assert took < allowed or item.get_closest_marker("long"), f"took {took:.2f} s; a unit test takes a few milliseconds"
    return result
