"""Earlier aid and links: stated by an organisation or a manager, confirmed, ended and struck by a manager."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import escape
from werkzeug.wrappers import Response

from dih.aid import operations, queries
from dih.aid.earlier import Earlier, read_earlier, read_link
from dih.aid.forms import EarlierForm, EndLinkForm, LinkForm, StrikeForm
from dih.aid.views import Page, blueprint, the_organisation
from dih.aid.vocabulary import LINK_LABELS
from dih.documents import storage
from dih.documents.storage import Received
from dih.organisations.queries import OrganisationView
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound, Problem, Stale
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work
from dih.shared.wording import N_, Text

states = access.requires(Permission.MANAGE_AID, Permission.EDIT_APPLICATION)
manages = access.requires(Permission.MANAGE_AID)
KINDS = ("pdf", "jpg", "png", "docx", "xlsx")
MOST_BYTES = 10_000_000
Read = TypeVar("Read")
SHEET = "/organisations/<uuid:organisation_uuid>/aid"


@blueprint.route(f"{SHEET}/earlier", methods=["GET", "POST"])
@states
def earlier(organisation_uuid: UUID) -> Page:
    """Declares aid that somebody else granted."""
    organisation = the_organisation(organisation_uuid)
    form = EarlierForm()
    members = _offer_members(form, organisation)
    if request.method == "POST":
        now = clock.now()
        try:
            stated, file = _read_earlier(form)
            with unit_of_work():
                operations.declare(organisation.id, _member(form, members), stated, file, the_actor(), now)
            flash(_("The aid is entered. It counts from now on."), "success")
            return _back(organisation_uuid)
        except BrokenRule as rule:
            form.refuse(rule)
    return _answer(form, "aid/earlier.html", organisation, members=members, kinds=KINDS, most=MOST_BYTES // 1_000_000)


@blueprint.route(f"{SHEET}/links/new", methods=["GET", "POST"])
@states
def new_link(organisation_uuid: UUID) -> Page:
    """States a link with another enterprise."""
    actor = the_actor()
    organisation = the_organisation(organisation_uuid)
    form = LinkForm()
    members = _offer_members(form, organisation)
    if request.method == "POST":
        now = clock.now()
        try:
            stated = _read(form, lambda: read_link(_typed(form), clock.day_of(now)))
            with unit_of_work():
                operations.state_link(organisation.id, _member(form, members), stated, actor, now)
            if actor.may(Permission.MANAGE_AID):
                flash(_("The link is entered. Aid of both counts together from now on."), "success")
            else:
                flash(_("The link is stated. A manager of the hub looks at it; then it counts."), "success")
            return _back(organisation_uuid)
        except BrokenRule as rule:
            form.refuse(rule)
    return _answer(form, "aid/new_link.html", organisation, members=members)


@blueprint.post(f"{SHEET}/links/<int(max=2147483647):link_id>/confirm")
@manages
def confirm_link(organisation_uuid: UUID, link_id: int) -> Response:
    """Confirms a stated link."""
    the_organisation(organisation_uuid)
    if queries.link(link_id, the_actor(), clock.day_of(clock.now())) is None:
        raise NotFound
    with unit_of_work():
        operations.confirm_link(link_id, the_actor(), clock.now())
    flash(_("The link is confirmed. Aid of both counts together from now on."), "success")
    return _back(organisation_uuid)


@blueprint.route(f"{SHEET}/links/<int(max=2147483647):link_id>/end", methods=["GET", "POST"])
@manages
def end_link(organisation_uuid: UUID, link_id: int) -> Page:
    """Ends a link, or takes it out."""
    organisation = the_organisation(organisation_uuid)
    link = queries.link(link_id, the_actor(), clock.day_of(clock.now()))
    if link is None:
        raise NotFound
    form = EndLinkForm()

    def deed(now: Any) -> None:
        if form.how.data == "mistake":
            operations.strike_link(link_id, form.reason.data or "", the_actor(), now)
        elif form.how.data != "ended":
            raise BrokenRule.because(N_("Say what happened."), "how")
        elif form.until.data is None:
            raise BrokenRule.because(N_("Enter the last day of the link."), "until")
        else:
            operations.end_link(link_id, form.until.data, the_actor(), now)

    if _done(form, deed):
        flash(_("The link is changed."), "success")
        return _back(organisation_uuid)
    return _answer(form, "aid/end_link.html", organisation, link=link, link_labels=LINK_LABELS)


@blueprint.route(f"{SHEET}/grants/<uuid:grant_uuid>/strike", methods=["GET", "POST"])
@manages
def strike(organisation_uuid: UUID, grant_uuid: UUID) -> Page:
    """Takes out aid that was declared or imported by mistake."""
    organisation = the_organisation(organisation_uuid)
    row = queries.grant(grant_uuid, queries.closed_to(the_actor(), clock.day_of(clock.now())))
    if row is None:
        raise NotFound
    form = StrikeForm()
    if _done(form, lambda now: operations.strike(grant_uuid, form.reason.data or "", the_actor(), now)):
        flash(_("This aid counts no longer. It stays in the register to be read."), "success")
        return _back(organisation_uuid)
    return _answer(form, "aid/strike.html", organisation, row=row)


def _done(form: Any, deed: Callable[[Any], None]) -> bool:
    """Whether the form was sent and its deed done; refusals are put at their fields."""
    if request.method != "POST" or not form.validate():
        return False
    try:
        with unit_of_work():
            deed(clock.now())
        return True
    except BrokenRule as rule:
        form.refuse(rule)
    except Stale:
        form.form_errors.append(Text(N_("Somebody changed this meanwhile. Go back and look at it again.")))
    return False


def _read_earlier(form: EarlierForm) -> tuple[Earlier, Received]:
    """What was typed and the file that came with it. Raises BrokenRule with all that is wrong, file included."""
    uploads = [upload for upload in request.files.getlist("file") if upload.filename]
    missing = [] if uploads else BrokenRule.because(N_("Choose the document that proves it."), "file").problems
    stated = _read(form, lambda: read_earlier(_typed(form), clock.day_of(clock.now())), missing)
    return stated, storage.receive(uploads[0].stream, uploads[0].filename or "", KINDS, MOST_BYTES)


def _read(form: Any, read: Callable[[], Read], more: Sequence[Problem] = ()) -> Read:
    """What `read` makes of the form. Raises BrokenRule with its problems and those of the form's shape, such as a day
    that does not exist, one for each field, and with `more`.
    """
    problems = []
    if not form.validate():
        for field in form:
            texts = [message if isinstance(message, Text) else Text(message) for message in field.errors]
            problems += [Problem(field.name, text) for text in texts]
            field.errors = []
    value = None
    try:
        value = read()
    except BrokenRule as rule:
        shown = {problem.field for problem in problems}
        problems += [problem for problem in rule.problems if problem.field not in shown]
    if value is None or problems or more:
        raise BrokenRule(*problems, *more)
    return value


def _typed(form: Any) -> dict[str, Any]:
    return {field.name: field.data for field in form if field.name not in ("file", "csrf_token")}


def _offer_members(form: Any, organisation: OrganisationView) -> list[queries.Party]:
    """The other members of the undertaking today, offered in the form; the organisation itself comes first, as ""."""
    tied = queries.graph_of(queries.party_of(organisation))
    today = clock.day_of(clock.now())
    members = [tied.parties[one] for start in tied.start for one in sorted(tied.members(start, today) - tied.start)]
    form.member.choices = [("", escape(organisation.name)), *((str(one.id), escape(one.label)) for one in members)]
    return members


def _member(form: Any, members: list[queries.Party]) -> int | None:
    return next((one.id for one in members if str(one.id) == form.member.data), None)


def _back(organisation_uuid: UUID) -> Response:
    return redirect(url_for("aid.sheet", organisation_uuid=organisation_uuid))


def _answer(form: Any, template: str, organisation: OrganisationView, **context: Any) -> Page:
    page = render_template(
        template,
        form=form,
        organisation=organisation,
        sheet=url_for("aid.sheet", organisation_uuid=organisation.uuid),
        **context,
    )
    return (page, 422) if request.method == "POST" else page
