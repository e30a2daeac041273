"""Forms about reviews: the grid of a call as fields, reasons, relations."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import BooleanField, Field, FileField, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from dih.calls.grid import Criterion, Grid, SubCriterion
from dih.conflicts.forms import DeclareForm
from dih.reviews.rules import scoring
from dih.reviews.vocabulary import SPREAD_LABELS, Spread
from dih.shared.forms import Form, at_most, checks, needed
from dih.shared.wording import N_

PERCENT = 100
"""Affinity units in one percent of fit."""

MOST_BUTTONS = 5
"""Up to so many points are chosen by buttons; more are typed."""


class ScoreForm(Form):
    """The fields of one grid; made by `score_form`. `version` tells a stale tab from a fresh one."""

    version = HiddenField()

    def mark(self, asked: Criterion | SubCriterion) -> Field:
        """The field of a mark."""
        return self[scoring.MARK + asked.key]

    def remark(self, criterion: Criterion) -> Field:
        """The field of a remark."""
        return self[scoring.REMARK + criterion.key]


def score_form(
    grid: Grid, typed: Mapping[str, str] | None = None, version: int | None = None, *, reason: bool = False
) -> ScoreForm:
    """The form for a grid, filled with `typed` by the names of its fields where that is given.

    With `reason` it asks why scores are changed.
    """
    fields: dict[str, object] = {}
    for criterion in grid.criteria:
        for asked in scoring.asked_in(criterion):
            fields[scoring.MARK + asked.key] = _mark(asked)
        fields[scoring.REMARK + criterion.key] = TextAreaField(N_("Remark"), [at_most(scoring.MOST_TYPED)])
    fields[scoring.COMMENT] = TextAreaField(N_("Comment on the whole"), [at_most(scoring.MOST_TYPED)])
    if reason:
        fields["reason"] = TextAreaField(N_("Why do you change your scores?"), [at_most(2000)])
    made = type("ScoreForm", (ScoreForm,), fields)
    return made() if typed is None else made(formdata=None, data={**typed, "version": str(version)})


def _mark(asked: Criterion | SubCriterion) -> Field:
    if asked.max_points <= MOST_BUTTONS:
        choices = [(str(points), str(points)) for points in range(asked.max_points + 1)]
        return RadioField(asked.label, choices=choices, validators=[Optional()], validate_choice=False)
    return StringField(asked.label)


class DeclineForm(Form):
    """Why a review is given back."""

    reason = TextAreaField(
        N_("Why can you not review this application?"),
        [needed(N_("Say why, so that the manager can ask somebody else.")), at_most(2000)],
    )


class RelationForm(DeclareForm):
    """A conflict with one application, or with all of its organisation."""

    whole = BooleanField(N_("The relation concerns every application of this organisation"))


_A_FIT = checks(N_("Enter a number from 1 to 100, or nothing."), lambda number: 1 <= number <= 100)


class PlanForm(Form):
    """The least fit of a plan in percent, empty for the best that is feasible; and how much the work is spread."""

    floor = IntegerField(N_("Least fit in percent"), [Optional(), _A_FIT])
    spread = RadioField(N_("Spread the work among reviewers"), choices=list(SPREAD_LABELS.items()), default=Spread.NONE)


class TermsForm(Form):
    """What is set for one application; empty as the call and the plan say."""

    wanted = IntegerField(
        N_("Reviews wanted"),
        [Optional(), checks(N_("Enter a number from 0 to 6, or nothing."), lambda number: 0 <= number <= 6)],
    )
    floor = IntegerField(N_("Least fit in percent"), [Optional(), _A_FIT])
    reason = TextAreaField(N_("Reason"), [needed(N_("Give a reason: it is kept.")), at_most(2000)])

    @classmethod
    def of(cls, wanted: int | None, floor: int | None) -> TermsForm:
        """The form with what is set now; `floor` is a fit of 1 to 10,000."""
        return cls(formdata=None, data={"wanted": wanted, "floor": None if floor is None else floor // PERCENT})


class AwayForm(Form):
    """Why a reviewer takes nothing for now."""

    reason = TextAreaField(N_("Reason"), [needed(N_("Give a reason: it is kept.")), at_most(2000)])


class SayForm(Form):
    """A contribution to the discussion."""

    words = TextAreaField(
        N_("What do you want to say?"),
        [needed(N_("Write what you want to say to the other reviewers.")), at_most(2000)],
    )


class OpinionForm(Form):
    """A second opinion on one review."""

    agrees = RadioField(
        N_("Do you agree with this review?"),
        choices=[("yes", N_("I agree")), ("no", N_("I disagree"))],
        validators=[needed(N_("Choose one."))],
    )
    reasons = TextAreaField(N_("Reasons"), [needed(N_("Give a reason: it is kept.")), at_most(2000)])


class OfflineForm(Form):
    """The filled form of one's open reviews."""

    file = FileField(N_("Filled form (XLSX)"))
