"""When a call is open."""

import datetime as dt

import pytest

from dih.calls import rules
from dih.calls.vocabulary import CallPhase, CallStatus

OPENS = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
CLOSES = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("status", "moment", "phase"),
    [
        (CallStatus.PUBLISHED, OPENS - SECOND, CallPhase.COMING),
        (CallStatus.PUBLISHED, OPENS, CallPhase.OPEN),
        (CallStatus.PUBLISHED, CLOSES, CallPhase.OPEN),
        (CallStatus.PUBLISHED, CLOSES + SECOND, CallPhase.CLOSED),
        (CallStatus.CLOSED, OPENS, CallPhase.CLOSED),
        (CallStatus.DRAFT, OPENS, CallPhase.COMING),
    ],
)
def test_the_phase_follows_from_status_and_dates(status, moment, phase):
    assert rules.phase(status, OPENS, CLOSES, moment) is phase


@pytest.mark.parametrize(
    ("status", "after", "taken"),
    [
        (CallStatus.PUBLISHED, dt.timedelta(minutes=10), True),
        (CallStatus.PUBLISHED, dt.timedelta(minutes=10, seconds=1), False),
        (CallStatus.CLOSED, dt.timedelta(0), False),
        (CallStatus.DRAFT, dt.timedelta(0), False),
    ],
)
def test_a_submission_is_in_time_for_the_grace_but_not_after_a_manager_closed(status, after, taken):
    assert rules.takes_submissions(status, OPENS, CLOSES, 10, CLOSES + after) is taken


def test_no_submission_before_the_call_opens():
    assert not rules.takes_submissions(CallStatus.PUBLISHED, OPENS, CLOSES, 10, OPENS - SECOND)
