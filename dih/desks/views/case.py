"""The page of one case, and the list of all."""

from __future__ import annotations

import uuid

from flask import render_template

from dih.desks import cases
from dih.desks.views import blueprint
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.gate import the_actor


@blueprint.get("/cases/<uuid:case_uuid>")
@access.requires(Permission.SEE_APPLICATION)
def case(case_uuid: uuid.UUID) -> str:
    """One application and its voucher."""
    page = cases.case_page(case_uuid, the_actor(), clock.now())
    return render_template("desks/case.html", page=page, case=page.case)
