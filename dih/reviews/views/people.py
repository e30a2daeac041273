"""Reviewers as managers look after them: limits, who is away; and reviewers' own wishes."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dih.reviews import operations, queries
from dih.reviews.forms import AwayForm
from dih.reviews.views import blueprint
from dih.reviews.vocabulary import BID_LABELS, Bid
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work


@blueprint.route("/reviews/reviewers", methods=["GET", "POST"])
@access.requires(Permission.ASSIGN_REVIEWERS)
def people() -> Any:
    """Everybody who reviews: how much there is to do, and the most reviews open at a time."""
    actor, now = the_actor(), clock.now()
    problems: Any = ()
    if request.method == "POST":
        try:
            with unit_of_work():
                for person_id, most in _limits():
                    operations.set_limit(person_id, most, actor, now)
            flash(_("Limits kept."), "success")
            return redirect(url_for("reviews.people"))
        except BrokenRule as rule:
            problems = rule.problems
    page = render_template("reviews/people.html", people=queries.reviewers(), typed=request.form, problems=problems)
    return page, 422 if problems else 200


@blueprint.route("/reviews/reviewers/<int:person_id>/away", methods=["GET", "POST"])
@access.requires(Permission.ASSIGN_REVIEWERS)
def away(person_id: int) -> Any:
    """Takes a reviewer off with a reason; what is open is then passed on, call by call."""
    person = next((one for one in queries.reviewers() if one.person_id == person_id), None)
    if person is None:
        raise NotFound
    form = AwayForm()
    if form.validate_on_submit():
        with unit_of_work():
            operations.take_off(person_id, form.reason.data, the_actor(), clock.now())
        flash(_("Taken off. Look at the calls to pass on the open reviews."), "success")
        return redirect(url_for("reviews.calls"))
    return render_template("reviews/away.html", person=person, form=form), 422 if form.errors else 200


@blueprint.post("/reviews/reviewers/<int:person_id>/back")
@access.requires(Permission.ASSIGN_REVIEWERS)
def back(person_id: int) -> Any:
    """The reviewer takes reviews again."""
    with unit_of_work():
        operations.bring_back(person_id, the_actor(), clock.now())
    flash(_("The reviewer takes reviews again."), "success")
    return redirect(url_for("reviews.people"))


@blueprint.route("/reviews/wishes", methods=["GET", "POST"])
@access.requires(Permission.REVIEW)
def wishes() -> Any:
    """Applications that wait for reviewers: which would I like, which rather not?"""
    actor, now = the_actor(), clock.now()
    found = queries.wishes(actor, clock.day_of(now))
    if request.method == "POST":
        with unit_of_work():
            for one in found:
                typed = request.form.get(f"bid_{one.uuid}")
                if typed in list(Bid) and typed != one.bid:
                    operations.bid(one.uuid, Bid(typed), actor, now)
        flash(_("Your wishes are kept. They count when reviewers are chosen."), "success")
        return redirect(url_for("reviews.wishes"))
    return render_template("reviews/wishes.html", found=found, labels=BID_LABELS)


def _limits() -> list[tuple[int, int]]:
    """What was typed, by person; a number that cannot be read is refused by the operation as out of its limits."""
    found = []
    for name, value in request.form.items():
        if match := re.fullmatch(r"most_([0-9]{1,9})", name):
            typed = value.strip()
            found.append((int(match[1]), int(typed) if re.fullmatch(r"[0-9]{1,6}", typed) else -1))
    return sorted(found)
