"""Forms by which an application is answered, and moved by a manager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import DateField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import Optional

from dih.routing.rules import Refusal
from dih.routing.vocabulary import REASON_KIND_LABELS, ReasonKind
from dih.shared.forms import CheckboxesField, Form, at_most, needed
from dih.shared.wording import N_

ANSWERS = (
    ("accept", N_("We take this application")),
    ("decline", N_("We decline: the next best partner is asked")),
    ("hand_over", N_("We propose another partner")),
)


class AnswerForm(Form):
    """A partner's answer. `routing` is the proposal that was on the page, so that a later one is not answered by it."""

    routing = HiddenField()
    answer = RadioField(N_("Your answer"), [needed(N_("Choose your answer."))], choices=ANSWERS)
    partner = SelectField(N_("The other partner"), [Optional()], coerce=int)
    kind = RadioField(
        N_("Kind of reason"), choices=[*REASON_KIND_LABELS.items()], default=ReasonKind.OTHER, validators=[Optional()]
    )
    until = DateField(N_("Capacity again from"), [Optional()])
    reason = TextAreaField(N_("Reason"), [at_most(2000)])

    def __init__(self, partners: Sequence[tuple[int, Mapping[str, str]]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.partner.choices = [(0, N_("Choose a partner")), *partners]

    def refusal(self) -> Refusal:
        """What is to be remembered of a refusal."""
        return Refusal(ReasonKind(self.kind.data or ReasonKind.OTHER), self.until.data)


class OverrideForm(Form):
    """A manager's choice of another partner."""

    partner = SelectField(N_("Give it to"), coerce=int)
    reason = TextAreaField(N_("Reason"), [needed(N_("Give a reason: both partners read it.")), at_most(2000)])

    def __init__(self, partners: Sequence[tuple[int, Mapping[str, str]]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.partner.choices = [(0, N_("Choose a partner")), *partners]


class PlanForm(Form):
    """The moves of a plan that are applied; `digest` names the facts that it was made from."""

    digest = HiddenField()
    moves = CheckboxesField(N_("Moves"), [needed(N_("Choose at least one move."))], validate_choice=False)
    reason = TextAreaField(N_("Reason"), [needed(N_("Give a reason: the partners read it.")), at_most(2000)])
