"""A deed behind a page that asks first: the question, the deed once it is answered, and the same page when refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from dih.shared import clock
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule
from dih.shared.forms import Form
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work


def ask(
    form: Form,
    deed: Callable[[Actor, dt.datetime], object],
    *,
    page: Callable[[], str],
    done: Callable[[], str],
    target: str,
) -> str | Response | tuple[str, int]:
    """Does the deed in a unit of work, says `done` and goes to `target`; shows `page` until the form is answered well.

    `page` shows the question with `form`, and what stands in the way once the deed is no longer possible (422).
    """
    if form.validate_on_submit():
        try:
            with unit_of_work():
                deed(the_actor(), clock.now())
            flash(done(), "success")
            return redirect(target)
        except BrokenRule as rule:
            form.refuse(rule)
    return (page(), 422) if request.method == "POST" else page()
