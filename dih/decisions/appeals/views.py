"""An appeal in the browser: the applicant files and withdraws it, a manager gives it to one who hears it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dih.decisions.appeals import operations, queries
from dih.decisions.forms import AppealForm, HandToForm, HearForm
from dih.decisions.rules import FILE_KINDS, MEGABYTES, MOST_FILES
from dih.decisions.views import blueprint
from dih.documents import operations as documents
from dih.documents import storage
from dih.documents.download import download
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place
from dih.shared.unit_of_work import unit_of_work
from dih.shared.wording import N_

Page = Response | str | tuple[str, int]
MEGABYTE = 1_000_000


@blueprint.get("/decisions/appeals")
@access.requires(Permission.DECIDE, Permission.SEE_ALL)
def appeals() -> str:
    """All appeals, the newest first."""
    page = queries.listed(the_actor(), clock.day_of(clock.now()), place())
    return render_template("decisions/appeals.html", page=page, today=clock.day_of(clock.now()), **beside(page))


@blueprint.route("/applications/<uuid:application_uuid>/appeal", methods=["GET", "POST"])
@access.requires(Permission.SEE_ALL, Permission.SEE_OWN_APPLICATIONS)
def appeal(application_uuid: UUID) -> Page:
    """The appeals of a case; the applicant files one here."""
    form = AppealForm()
    if form.validate_on_submit():
        try:
            _file(application_uuid, form.reasons.data)
            flash(_("Your appeal has come in. We write to you when it is heard."), "success")
            return _back(application_uuid)
        except BrokenRule as rule:
            form.refuse(rule)
    return _page(application_uuid, file_form=form)


@blueprint.post("/applications/<uuid:application_uuid>/appeal/hand-to")
@access.requires(Permission.DECIDE)
def hand_to(application_uuid: UUID) -> Page:
    """Gives the appeal to a manager."""
    actor, now = the_actor(), clock.now()
    found = queries.page(application_uuid, actor, now)
    form = HandToForm().offer(found.hearers)
    if not form.validate():
        return _page(application_uuid, hand_form=form)
    try:
        with unit_of_work():
            operations.hand_to(application_uuid, int(form.person.data), actor, now)
    except BrokenRule as rule:
        form.refuse(rule)
        return _page(application_uuid, hand_form=form)
    flash(_("The appeal is given. The hearer gets a mail."), "success")
    return _back(application_uuid)


@blueprint.post("/applications/<uuid:application_uuid>/appeal/give-back")
@access.requires(Permission.DECIDE)
def give_back(application_uuid: UUID) -> Page:
    """Takes the appeal from who was to hear it."""
    return _do(application_uuid, operations.give_back, _("The appeal waits to be given to somebody else."))


@blueprint.post("/applications/<uuid:application_uuid>/appeal/withdraw")
@access.requires(Permission.SUBMIT_APPLICATION, Permission.ENTER_FOR_APPLICANT)
def withdraw_appeal(application_uuid: UUID) -> Page:
    """The applicant takes the appeal back."""
    return _do(application_uuid, operations.withdraw, _("The appeal is taken back. The decision stands."))


@blueprint.post("/applications/<uuid:application_uuid>/appeal/hear")
@access.requires(Permission.DECIDE)
def hear(application_uuid: UUID) -> Page:
    """Ends the appeal with reasons."""
    queries.page(application_uuid, the_actor(), clock.now())
    form = HearForm()
    if not form.validate():
        return _page(application_uuid, hear_form=form)
    upheld = form.outcome.data == "uphold"
    try:
        with unit_of_work():
            operations.hear(application_uuid, upheld, form.reason.data, the_actor(), clock.now())
    except BrokenRule as rule:
        form.refuse(rule)
        return _page(application_uuid, hear_form=form)
    done = _("Upheld. The application waits to be decided again.") if upheld else _("Dismissed. The decision stands.")
    flash(done, "success")
    return _back(application_uuid)


@blueprint.get("/applications/<uuid:application_uuid>/appeals/documents/<int(max=2147483647):appeal_document_id>")
@access.requires(Permission.SEE_ALL, Permission.SEE_OWN_APPLICATIONS)
def appeal_document(application_uuid: UUID, appeal_document_id: int) -> Response:
    """A document of an appeal, to save."""
    case = queries.page(application_uuid, the_actor(), clock.now()).case
    file = queries.document(case.id, appeal_document_id)
    if file is None:
        raise NotFound
    return download(file)


def _file(application_uuid: UUID, reasons: str) -> None:
    actor, now = the_actor(), clock.now()
    with unit_of_work():
        operations.check_may_file(application_uuid, actor, now)
    uploads = [one for one in request.files.getlist("files") if one.filename]
    if len(uploads) > MOST_FILES:
        raise BrokenRule.because(N_("Attach at most %(most)s files."), "files", most=MOST_FILES)
    received = [
        storage.receive(one.stream, one.filename or "", FILE_KINDS, MEGABYTES * MEGABYTE, "files") for one in uploads
    ]
    with unit_of_work():
        kept = [documents.keep(one, actor, now) for one in received]
        operations.file(application_uuid, reasons, kept, actor, now)


def _do(application_uuid: UUID, deed: Callable[..., None], done: str) -> Page:
    with unit_of_work():
        deed(application_uuid, the_actor(), clock.now())
    flash(done, "success")
    return _back(application_uuid)


def _back(application_uuid: UUID) -> Response:
    return redirect(url_for("decisions.appeal", application_uuid=application_uuid))


def _page(
    application_uuid: UUID,
    file_form: AppealForm | None = None,
    hand_form: HandToForm | None = None,
    hear_form: HearForm | None = None,
) -> Page:
    found = queries.page(application_uuid, the_actor(), clock.now())
    tried = next((form for form in (hand_form, hear_form, file_form) if form is not None), None)
    page = render_template(
        "decisions/appeal.html",
        page=found,
        case=found.case,
        form=tried,
        file_form=file_form or AppealForm(formdata=None),
        hand_form=hand_form or HandToForm(formdata=None).offer(found.hearers),
        hear_form=hear_form or HearForm(formdata=None),
        most_files=MOST_FILES,
        megabytes=MEGABYTES,
    )
    return (page, 422) if request.method == "POST" else page
