"""A hub with reviewers, on each database."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from tests.support.reviewed import Reviewed


@pytest.fixture
def hub(context: Flask, now: dt.datetime) -> Reviewed:
    return Reviewed(now)
