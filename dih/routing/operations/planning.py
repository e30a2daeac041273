"""A manager applies a plan: all its moves in one transaction, or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from dih.applications.models import Application
from dih.extensions.database import db
from dih.routing import offers, plans, rules
from dih.routing.operations.answering import take_away
from dih.routing.operations.steps import desk, lock_capacity, open_routing, propose
from dih.routing.planner.comparing import lack_in_words
from dih.routing.planner.problem import chosen, with_moves
from dih.routing.planner.value import lacks
from dih.routing.plans import Facts
from dih.routing.vocabulary import RoutingMode
from dih.shared import audit, clock
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, Stale
from dih.shared.errors import Problem as Trouble
from dih.shared.wording import N_


def apply_plan(
    call_id: int, moves: Mapping[int, int | None], digest: str, reason: str, actor: Actor, now: dt.datetime
) -> int:
    """Moves applications (by id) to the options of the plan that `digest` names; returns how many moved.

    Each partner is asked as usual. Raises Stale when anything that the plan was made from has changed since, so that of
    two managers one wins; BrokenRule without a reason, when nothing would move, and when a partner lacks the days or
    the money; Forbidden by role.
    """
    if not actor.may(Permission.OVERRIDE_ROUTING):
        raise Forbidden
    locked = {
        application.id: application
        for application in db.session.scalars(
            select(Application)
            .where(Application.call_id == call_id, Application.status.in_(rules.MOVABLE))
            .order_by(Application.id)
            .with_for_update()
        )
    }
    lock_capacity()
    facts = plans.load(call_id, actor, now)
    cases = {case.id: case for case in facts.problem.cases}
    if facts.problem.digest != digest or not moves.keys() <= cases.keys():
        raise Stale
    why = rules.reason_given(reason)
    wanted = {number: place for number, place in sorted(moves.items()) if place != cases[number].today}
    if not wanted:
        raise BrokenRule.because(N_("Nothing would move. Choose at least one move."))
    if found := lacks(facts.problem, with_moves(facts.problem.today, facts.problem, wanted)):
        raise BrokenRule(*(Trouble("", lack_in_words(lack, facts.partners[lack.partner])) for lack in found))
    needs = offers.needs(wanted.keys(), clock.day_of(now))
    for number, place in wanted.items():
        option = chosen(cases[number], place)
        partner_id, mode = (option.partner, RoutingMode.PLAN) if option else desk(needs[number])
        take_away(locked[number], open_routing(number), why, actor, now)
        propose(
            locked[number],
            partner_id,
            mode,
            _scores(facts, number),
            why,
            actor,
            now,
            option.helpers if option else (),
        )
    audit.record(actor, now, ("call", call_id), "routing_plan_applied", after={"moved": len(wanted)}, reason=why)
    return len(wanted)


def _scores(facts: Facts, application_id: int) -> list[Any]:
    ranked = [ways[0] for ways in facts.scores[application_id].values()]
    return [score.as_data() for score in sorted(ranked, key=lambda score: (not score.able, -score.total))]
