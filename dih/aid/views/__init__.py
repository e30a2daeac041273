"""Pages about State aid: an organisation's sheet, what is stated on it, the register, and the public calculators."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint
from werkzeug.wrappers import Response

from dih.organisations import queries as organisations
from dih.organisations.queries import OrganisationView
from dih.shared import clock
from dih.shared.gate import the_actor

Page = Response | str | tuple[str, int]
"""What a view answers with: a page or a redirect, maybe with a status."""

blueprint = Blueprint("aid", __name__)


def the_organisation(organisation_uuid: UUID) -> OrganisationView:
    """The organisation of the address, within the actor's reach today. Raises NotFound."""
    return organisations.within_reach(organisation_uuid, the_actor(), clock.day_of(clock.now()))


from dih.aid.views import calculators, figures, register, sheet, stating  # noqa: E402

__all__ = ["blueprint", "calculators", "figures", "register", "sheet", "stating"]
