"""The desk of each role: what waits for me, by deadline."""

from __future__ import annotations

from flask import render_template

from dih.aid import queries as aid
from dih.budget import queries as budget
from dih.calls import queries as calls
from dih.decisions.waiting_list import payables
from dih.desks import queries, waiting
from dih.desks.views import blueprint
from dih.shared import access, clock, outbox
from dih.shared.access import Permission
from dih.shared.gate import the_actor


@blueprint.get("/desk")
@access.signed_in
def desk() -> str:
    """The first page after sign-in."""
    actor, now = the_actor(), clock.now()
    today = clock.day_of(now)
    money = queries.money_at_a_glance(now) if actor.may(Permission.SEE_BUDGET) else None
    decides = actor.may(Permission.DECIDE)
    return render_template(
        "desks/desk.html",
        lists=waiting.lists(actor, now),
        money=money,
        payables=payables(actor, today) if decides else None,
        ending=calls.bases_ending(now) if actor.may(Permission.MANAGE_CALLS) else (),
        changes=budget.to_second(actor),
        stating=aid.stating(actor, today) if actor.may(Permission.MANAGE_AID) else (),
        stuck=outbox.stuck() if actor.may(Permission.MANAGE_SETTINGS) else None,
        today=today,
    )


@blueprint.get("/overdue")
@access.requires(Permission.SEE_ALL)
def overdue() -> str:
    """All that is late in the hub."""
    return render_template("desks/overdue.html", lists=waiting.overdue(the_actor(), clock.now()))
