"""The guard of this folder."""

from __future__ import annotations

import socket
import sqlite3

import psycopg
import pytest


def test_no_database_is_reached() -> None:
    with pytest.raises(AssertionError, match="integration"):
        sqlite3.connect(":memory:")
    with pytest.raises(AssertionError, match="integration"):
        psycopg.connect("postgresql://127.0.0.1/x")
    with pytest.raises(AssertionError, match="integration"), socket.socket() as wire:
        wire.connect(("127.0.0.1", 9))
