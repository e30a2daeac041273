"""Planning and recording a delivery, and what is said of it. Each verb takes the actor and the moment; none commits."""

from __future__ import annotations

from dih.delivery.operations.answering import close, confirm, dispute, rate, redo, remind, stand_in, take_back, uphold
from dih.delivery.operations.recording import (
    add_evidence,
    finish_milestone,
    plan_milestone,
    record_work,
    remove_milestone,
    remove_work,
    report,
)

__all__ = [
    "add_evidence",
    "close",
    "confirm",
    "dispute",
    "finish_milestone",
    "plan_milestone",
    "rate",
    "record_work",
    "redo",
    "remind",
    "remove_milestone",
    "remove_work",
    "report",
    "stand_in",
    "take_back",
    "uphold",
]
