"""When a call takes applications."""

from __future__ import annotations

import datetime as dt

from dih.calls.vocabulary import CallPhase, CallStatus


def phase(status: CallStatus, opens_at: dt.datetime, closes_at: dt.datetime, now: dt.datetime) -> CallPhase:
    """Where a call stands at `now`, as its dates and status say; a draft counts as not open yet."""
    if status is CallStatus.CLOSED or (status is CallStatus.PUBLISHED and now > closes_at):
        return CallPhase.CLOSED
    if status is CallStatus.DRAFT or now < opens_at:
        return CallPhase.COMING
    return CallPhase.OPEN


def takes_submissions(
    status: CallStatus, opens_at: dt.datetime, closes_at: dt.datetime, grace_minutes: int, now: dt.datetime
) -> bool:
    """Whether a submission at `now` is in time: for `grace_minutes` after the end too, for who was typing then.

    A call that a manager closed by hand has no grace.
    """
    return phase(status, opens_at, closes_at + dt.timedelta(minutes=grace_minutes), now) is CallPhase.OPEN
