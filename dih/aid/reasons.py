"""The sentences that explain an aid check: the verdict first, then the way out, then what counted and what did not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from dih.aid.legal_bases import basis_on
from dih.aid.rules import AidCheck, Grant, Overfilled
from dih.aid.undertakings import Link
from dih.aid.vocabulary import LINK_LABELS, LinkKind
from dih.shared.money import Euro
from dih.shared.wording import N_, Text


def explain(check: AidCheck) -> tuple[Text, ...]:
    """All sentences for one check; never empty."""
    if check.ceiling_cents is None:
        return (Text(N_("This money is not State aid, so no ceiling counts.")),)
    return (*_verdict(check, check.ceiling_cents), *ties(check), *_counted(check), *_not_counted(check))


def refusal(check: AidCheck) -> tuple[Text, ...]:
    """Why a check refuses: by how much, when the amount would fit, who counts as one, which grants fill the window."""
    return (*_verdict(check, check.ceiling_cents or 0), *ties(check), *_filling(check))


def _verdict(check: AidCheck, ceiling_cents: int) -> Iterator[Text]:
    yield from _validity(check)
    if not check.within_intensity and check.most_by_cost_cents is not None:
        yield Text(
            N_(
                "The aid of %(amount)s is %(excess)s too much for its cost. "
                "At most %(percent)s %% of the eligible cost of %(cost)s may be aid."
            ),
            {
                "amount": Euro(check.new.amount_cents),
                "excess": Euro(check.new.amount_cents - check.most_by_cost_cents),
                "percent": check.basis.intensity_percent,
                "cost": Euro(check.new.eligible_cost_cents or 0),
            },
        )
    if check.overfilled:
        yield from _overfilled(check, check.overfilled, ceiling_cents)
    else:
        yield Text(
            N_("The ceiling has room for %(amount)s: %(counted)s of %(ceiling)s counts already and %(free)s is free."),
            {
                "counted": Euro(check.counted_cents),
                "ceiling": Euro(ceiling_cents),
                "free": Euro(check.free_cents or 0),
                "amount": Euro(check.new.amount_cents),
            },
        )


def _validity(check: AidCheck) -> Iterator[Text]:
    if check.basis.begins_after(check.new.day):
        yield Text(
            N_("No grant may be made on %(day)s. This legal basis starts on %(start)s: %(source)s."),
            {"day": check.new.day, "start": check.basis.valid_from, "source": check.basis.source},
        )
    if check.basis.ended_before(check.new.day):
        yield Text(
            N_("No grant may be made on %(day)s. This legal basis ended on %(end)s: %(source)s."),
            {"day": check.new.day, "end": check.basis.valid_to, "source": check.basis.source},
        )


def _overfilled(check: AidCheck, overfilled: Overfilled, ceiling_cents: int) -> Iterator[Text]:
    figures = {
        "amount": Euro(check.new.amount_cents),
        "counted": Euro(check.counted_cents),
        "ceiling": Euro(ceiling_cents),
        "excess": Euro(overfilled.excess_cents),
        "day": overfilled.last_day,
    }
    if overfilled.last_day == check.new.day:
        yield Text(
            N_(
                "The whole grant of %(amount)s is refused. "
                "With the %(counted)s that counts already it is %(excess)s above the ceiling of %(ceiling)s."
            ),
            figures,
        )
    else:
        yield Text(
            N_(
                "The whole grant of %(amount)s is refused. "
                "A grant dated %(day)s comes later, and counted back from that day "
                "the ceiling of %(ceiling)s would be passed by %(excess)s."
            ),
            figures,
        )
    yield from _way_out(check, ceiling_cents)


def _way_out(check: AidCheck, ceiling_cents: int) -> Iterator[Text]:
    if check.new.amount_cents > ceiling_cents:
        yield Text(N_("This amount alone is above the ceiling, so it can never fit."))
    elif check.in_force and check.fits_on is not None:
        basis = basis_on(check.basis.code, check.fits_on)
        message = (
            N_("The same amount will fit from %(day)s, if nothing else is granted and the links stay as they are.")
            if basis.in_force(check.fits_on)
            else N_("The same amount would fit from %(day)s, but this legal basis ends on %(end)s.")
        )
        yield Text(message, {"day": check.fits_on, "end": basis.valid_to})


def ties(check: AidCheck) -> Iterator[Text]:
    """Why others count as one undertaking with the beneficiary, and where a chain of links ended."""
    for tie in check.undertaking.ties:
        yield _tie(tie)
    for stop in check.undertaking.stops:
        yield Text(
            N_("%(party)s is a natural person or a public body, so nobody is linked through it."), {"party": stop}
        )


def _tie(link: Link) -> Text:
    parties: dict[str, object] = {"holder": link.holder, "held": link.held}
    if link.kind is LinkKind.VOTES:
        return Text(
            N_("%(holder)s holds %(percent)s %% of the votes in %(held)s: both are one undertaking."),
            {**parties, "percent": link.percent},
        )
    return Text(
        N_("%(holder)s controls %(held)s (%(how)s): both are one undertaking."),
        {**parties, "how": Text(LINK_LABELS[link.kind])},
    )


def _counted(check: AidCheck) -> Iterator[Text]:
    yield Text(
        N_("Aid granted from %(first)s to %(last)s counts, both days included. Source: %(source)s."),
        {"first": check.first_day, "last": check.new.day, "source": check.basis.source},
    )
    yield from _filling(check)


def _filling(check: AidCheck) -> Iterator[Text]:
    for grant in check.filling:
        message = (
            N_("Counted: %(amount)s reserved for %(party)s since %(day)s.")
            if grant.pending
            else N_("Counted: %(amount)s granted to %(party)s on %(day)s.")
        )
        yield Text(message, {"amount": Euro(grant.amount_cents), "party": grant.undertaking, "day": grant.day})


def _not_counted(check: AidCheck) -> Iterator[Text]:
    groups: tuple[tuple[tuple[Grant, ...], str, dt.date], ...] = (
        (check.older, N_("Not counted: %(amount)s granted before %(day)s."), check.first_day),
        (
            check.later,
            N_("Not counted here: %(amount)s dated after %(day)s. It was checked in the windows of those grants."),
            check.new.day,
        ),
        (check.foreign, N_("Not counted: %(amount)s granted by other member states."), check.new.day),
        (check.outside, N_("Not counted: %(amount)s granted to enterprises that are not linked."), check.new.day),
    )
    for grants, message, day in groups:
        if grants:
            yield Text(message, {"amount": Euro(sum(grant.amount_cents for grant in grants)), "day": day})
