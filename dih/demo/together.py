"""What people of the demo do together: a plan of reviewers, a discussion, a meeting with votes, results, appeals."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from dih.applications.models import Application
from dih.conflicts import operations as conflicts
from dih.conflicts.models import Conflict
from dih.decisions import operations as decisions
from dih.decisions.appeals import operations as appeals
from dih.decisions.meetings import operations as meetings
from dih.decisions.meetings import queries as sittings
from dih.decisions.results import operations as results
from dih.decisions.settings import PANEL_VOTES
from dih.decisions.vocabulary import Outcome, Voice
from dih.demo.plan import Plot
from dih.demo.story import CALLS, Story
from dih.extensions.database import db
from dih.reviews import operations as reviews
from dih.reviews import queries as reviewing
from dih.reviews.models import Review
from dih.reviews.queries import Solved
from dih.reviews.rules.scoring import Draft
from dih.shared import clock, settings
from dih.shared.access import Actor, Role

GROUP = "production_sme"
PLANNED_DAYS_AGO = 11
"""When reviewers were given out by a plan: after all that is in review was submitted, before what waits for them."""
MET_DAYS_AGO = 6
"""When the panel met: its days to appeal are not over."""
IN_MEETING = {"offered": 6, "waiting_list": 3}
"""How many of each ending the panel decided, the latest of each."""
WAITS = "Proiect peste prag. Panelul îl reia la ședința următoare, după proiectele cu punctaj mai mare."


def planned(plots: Sequence[Plot]) -> list[Plot]:
    """Those whose reviewers are given out by one plan."""
    return [plot for plot in plots if plot.ending == "in_review" and plot.project["target_group"] == GROUP]


def decided(plots: Sequence[Plot]) -> list[Plot]:
    """Those that the panel decides in one meeting, in the order of `plots`."""
    mine = [plot for plot in plots if plot.project["target_group"] == GROUP]
    chosen = [
        plot for ending, most in IN_MEETING.items() for plot in [one for one in mine if one.ending == ending][-most:]
    ]
    return [plot for plot in plots if plot in chosen]


def review(
    stories: Sequence[Story], cast: Mapping[str, Actor], now: dt.datetime, chance: random.Random
) -> Iterator[dt.datetime]:
    """One plan for all of them, published; some reviews are in, one pair is discussed, one is given back.

    Yields the moment of each act before it happens, like a story.
    """
    manager, moment = cast["manager-1/manager"], now - dt.timedelta(days=PLANNED_DAYS_AGO)
    yield moment
    by_id = {actor.person_id: actor for actor in cast.values() if actor.role is Role.REVIEWER}
    solved = reviewing.solve_for(CALLS[GROUP], None, manager, clock.day_of(moment))
    if not isinstance(solved, Solved):
        return
    reviews.publish(reviews.keep_plan(solved, manager, moment), manager, moment)
    for number, story in enumerate(stories):
        given = db.session.scalars(
            select(Review).where(Review.application_id == story.application.id).order_by(Review.id)
        ).all()
        for index, one in enumerate(given):
            actor = by_id[one.reviewer_id]
            if number == 0 or index < chance.randrange(len(given)):
                yield moment + dt.timedelta(days=2 + index + number % 3)
                story.write_review(actor, moment + dt.timedelta(days=2 + index + number % 3))
            elif number == len(stories) // 2 and index == 0:
                yield moment + dt.timedelta(days=1)
                reviews.decline(one.uuid, "Sunt plecat până la sfârșitul lunii.", actor, moment + dt.timedelta(days=1))
    yield now - dt.timedelta(days=3)
    _discuss(stories[0], by_id, now)
    yield now - dt.timedelta(days=2)
    _clear_one(stories, cast["manager-2/manager"], now)


def _discuss(story: Story, by_id: Mapping[int | None, Actor], now: dt.datetime) -> None:
    """The first reviewer changes a score after words with the second, who disagreed with it."""
    moment = now - dt.timedelta(days=3)
    of_story = select(Review).where(Review.application_id == story.application.id).order_by(Review.id)
    first, second = db.session.scalars(of_story.limit(2))
    reads, writes = by_id[second.reviewer_id], by_id[first.reviewer_id]
    reviews.give_opinion(first.uuid, False, "Planul de lucru nu spune cine răspunde de date.", reads, moment)
    reviews.say(first.uuid, "Ați văzut anexa 2? Acolo sunt și responsabilii.", writes, moment)
    reviews.say(second.uuid, "Da, dar lipsesc termenele.", reads, moment + dt.timedelta(hours=2))
    widest = max(first.marks, key=lambda key: first.marks[key])
    marks = {**first.marks, widest: first.marks[widest] - 3}
    changed = Draft(marks, first.remarks, first.comment)
    reviews.revise(first.uuid, changed, "Termenele lipsesc într-adevăr.", writes, moment + dt.timedelta(hours=3))


def _clear_one(stories: Sequence[Story], manager: Actor, now: dt.datetime) -> None:
    """The platform finds who works for a partner that delivers; a manager clears one with a reason."""
    moment = now - dt.timedelta(days=2)
    reviews.find_same_partner(moment)
    ids = [story.application.id for story in stories]
    found = db.session.scalars(
        select(Conflict.id).where(Conflict.application_id.in_(ids)).order_by(Conflict.id)
    ).first()
    if found is not None:
        reason = "Evaluatorul lucrează la altă facultate și nu are parte la livrare."
        conflicts.clear(found, reason, manager, moment)


def meet(stories: Sequence[Story], cast: Mapping[str, Actor], now: dt.datetime) -> Iterator[dt.datetime]:
    """A meeting with votes, its minutes closed; results published; one appeal dismissed, one waiting.

    Yields the moment of each act before it happens, like a story.
    """
    chair, moment = cast["manager-1/manager"], now - dt.timedelta(days=MET_DAYS_AGO)
    yield moment
    panel = [chair, *(actor for actor in cast.values() if actor.role is Role.COORDINATOR)]
    settings.change(PANEL_VOTES.name, True, chair, moment)
    db.session.flush()
    present = [actor.person_id or 0 for actor in panel]
    held = meetings.open_meeting(CALLS[GROUP], clock.day_of(moment), present, chair.person_id, chair, moment)
    for number, story in enumerate(stories):
        _vote(story, number, chair, moment + dt.timedelta(minutes=10 + 5 * number))
    meetings.close(
        held, "Panelul cere ca planurile de lucru să numească responsabilii.", chair, moment + dt.timedelta(hours=2)
    )
    settings.change(PANEL_VOTES.name, False, chair, moment + dt.timedelta(hours=2))
    db.session.flush()
    yield moment + dt.timedelta(days=1)
    results.publish(CALLS[GROUP], chair, moment + dt.timedelta(days=1))
    yield from _appeal(
        [story for story in stories if story.plot.ending == "waiting_list"], cast["manager-2/manager"], now
    )


def _vote(story: Story, number: int, chair: Actor, moment: dt.datetime) -> None:
    """The panel's votes, almost always of one mind, and the decision that they carry."""
    application = db.session.get_one(Application, story.application.id, populate_existing=True)
    ending = story.plot.ending
    if ending == "offered" and not story.in_force(moment):
        return
    sitting = sittings.sitting(CALLS[GROUP], {application.id: application.reference}, clock.day_of(moment))
    voters = [person_id for person_id, _name in sitting.voters] if sitting else []
    votes = dict.fromkeys(voters, Voice.FOR)
    if number % 4 == 3:
        votes[voters[0]] = Voice.ABSTAINED if number % 8 == 3 else Voice.AGAINST
    outcome, reason = (Outcome.APPROVED, "") if ending == "offered" else (Outcome.WAITING_LIST, WAITS)
    decisions.decide([application.id], outcome, reason, chair, moment, votes)


def _appeal(stories: Sequence[Story], hears: Actor, now: dt.datetime) -> Iterator[dt.datetime]:
    """Two applicants appeal; a manager who was not present dismisses the first, the second waits."""
    for number, story in enumerate(stories[:2]):
        reasons = ("Experiența echipei este descrisă în anexa 3.", "Punctajul nu ține seama de planul de lucru depus.")
        filed = now - dt.timedelta(days=4 - 2 * number)
        yield filed
        appeals.file(story.uuid, reasons[number], (), story.owner, filed)
        if number == 0:
            appeals.hand_to(story.uuid, hears.person_id or 0, hears, filed + dt.timedelta(days=1))
            words = "Anexa 3 a fost citită de ambii evaluatori; punctajul rămâne."
            appeals.hear(story.uuid, False, words, hears, filed + dt.timedelta(days=2))
