"""The reviewer's queue."""

from __future__ import annotations

from flask import render_template

from dih.reviews import queries
from dih.reviews.views import blueprint
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.gate import the_actor


@blueprint.get("/reviews")
@access.requires(Permission.REVIEW)
def queue() -> str:
    """Open reviews by deadline, then those that are in."""
    actor, today = the_actor(), clock.day_of(clock.now())
    return render_template(
        "reviews/queue.html", queue=queries.queue(actor, today), asked=queries.asked_of(actor, today), today=today
    )
