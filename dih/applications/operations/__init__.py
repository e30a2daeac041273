"""What is done with an application, from start to end. Each verb takes the actor and the moment; none commits."""

from __future__ import annotations

from dih.applications.operations.answering import Saved, save_answers
from dih.applications.operations.checking import check, look_again
from dih.applications.operations.clarifying import answer_clarification, ask_clarification, withdraw_clarification
from dih.applications.operations.filling import attach, check_may_attach, remove
from dih.applications.operations.loading import call_of, load, load_for_staff
from dih.applications.operations.moving import follow_lines, move, name_partner
from dih.applications.operations.services import choose_services
from dih.applications.operations.starting import start
from dih.applications.operations.submitting import expire, remind, reopen, submit, withdraw

__all__ = [
    "Saved",
    "answer_clarification",
    "ask_clarification",
    "attach",
    "call_of",
    "check",
    "check_may_attach",
    "choose_services",
    "expire",
    "follow_lines",
    "load",
    "load_for_staff",
    "look_again",
    "move",
    "name_partner",
    "remind",
    "remove",
    "reopen",
    "save_answers",
    "start",
    "submit",
    "withdraw",
    "withdraw_clarification",
]
