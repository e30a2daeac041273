"""Forms about reviews: the grid of a call as fields, reasons, relations."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import BooleanField, Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from dih.calls.grid import Criterion, Grid, SubCriterion
from dih.conflicts.forms import DeclareForm
from dih.reviews.rules import scoring
from dih.shared.forms import Form, at_most, needed
from dih.shared.wording import N_

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


def score_form(grid: Grid, typed: Mapping[str, str] | None = None, version: int | None = None) -> ScoreForm:
    """The form for a grid, filled with `typed` by the names of its fields where that is given."""
    fields: dict[str, object] = {}
    for criterion in grid.criteria:
        for asked in scoring.asked_in(criterion):
            fields[scoring.MARK + asked.key] = _mark(asked)
        fields[scoring.REMARK + criterion.key] = TextAreaField(N_("Remark"), [at_most(scoring.MOST_TYPED)])
    fields[scoring.COMMENT] = TextAreaField(N_("Comment on the whole"), [at_most(scoring.MOST_TYPED)])
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
