"""Forms about a delivery. They check shape only. Names differ, because several stand on one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField

from dih.delivery.queries import ServiceDone
from dih.shared.forms import Form, at_most, needed
from dih.shared.wording import N_, Text


class MilestoneForm(Form):
    """A step of the plan."""

    title = StringField(N_("Step"), [needed(N_("Name the step.")), at_most(200)])
    due_on = DateField(N_("To be done by"), [needed(N_("Choose the day by which it is to be done."))])


class WorkForm(Form):
    """Hours of one day for one service."""

    service = SelectField(N_("Service"), coerce=int)
    day = DateField(N_("Day"), [needed(N_("Choose the day of the work."))])
    hours = StringField(N_("Hours"), [needed(N_("Enter the hours, such as 7.5."))])
    note = StringField(N_("What was done"), [at_most(300)])

    def __init__(self, services: Sequence[ServiceDone], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.service.choices = [(service.service_id, service.name) for service in services]


class EvidenceForm(Form):
    """A file that shows what was delivered."""

    file = FileField(N_("File"), [needed(N_("Choose a file."))])
    about = StringField(N_("What it shows"), [at_most(300)])


class ReportForm(Form):
    """What was delivered, service by service; the fields follow the services (`report_form`)."""

    summary = TextAreaField(
        N_("What was delivered"), [needed(N_("Say in a few sentences what was delivered.")), at_most(4000)]
    )


def report_form(services: Sequence[ServiceDone]) -> ReportForm:
    """A report form with one amount a service."""
    fields = {
        f"delivered-{service.service_id}": StringField(
            Text(N_("Value delivered of “%(service)s”"), {"service": service.name}),
            [needed(N_("Enter the value delivered, 0 if nothing was.")), at_most(40)],
        )
        for service in services
    }
    form: ReportForm = type("ReportFormOfServices", (ReportForm,), fields)()
    return form


class ConfirmForm(Form):
    """Nothing to fill in: a button."""


class DisputeForm(Form):
    """What is wrong with the delivery."""

    reason = TextAreaField(
        N_("What is wrong?"), [needed(N_("Say what is wrong: the partner and the hub read it.")), at_most(2000)]
    )


class ReasonForm(Form):
    """Why a manager confirms in the beneficiary's place, or takes a confirmation back."""

    reason = TextAreaField(N_("Reason"), [needed(N_("Give a reason: both sides read it.")), at_most(2000)])


class SettleForm(Form):
    """A manager's word on a dispute."""

    outcome = RadioField(
        N_("What do you decide?"),
        [needed(N_("Choose what you decide."))],
        choices=(
            ("redo", N_("The partner goes on: the delivery is not complete")),
            ("uphold", N_("The report stands: it counts as confirmed")),
        ),
    )
    reason = TextAreaField(N_("Reason"), [needed(N_("Give a reason: both sides read it.")), at_most(2000)])


class RateForm(Form):
    """From 1 to 5."""

    rating = RadioField(
        N_("How satisfied are you?"),
        [needed(N_("Choose a rating from 1 to 5."))],
        choices=(
            ("5", N_("5, very satisfied")),
            ("4", N_("4, satisfied")),
            ("3", N_("3, partly")),
            ("2", N_("2, hardly")),
            ("1", N_("1, not at all")),
        ),
    )
    comment = TextAreaField(N_("What should we know?"), [at_most(2000)])
