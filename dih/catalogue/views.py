"""The catalogue for anyone: the list with its filters. The page of one service lies with the calls that pay for it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template, url_for
from markupsafe import escape

from dih.catalogue import queries
from dih.catalogue.queries import Filters
from dih.shared import access, asked
from dih.shared.pages import reader_language
from dih.taxonomy import terms
from dih.taxonomy.vocabulary import (
    AREA_LABELS,
    CATEGORY_LABELS,
    TARGET_GROUP_LABELS,
    Area,
    Category,
    TargetGroup,
)

blueprint = Blueprint("catalogue", __name__)


@blueprint.get("/services")
@access.public
def services() -> str:
    """The services that fit the filters in the address; a value that does not exist filters nothing."""
    partners = queries.partners()
    filters = Filters(
        category=asked.member(Category, "category"),
        area=asked.member(Area, "area"),
        technology=asked.one_of([technology.code for technology in terms.technologies()], "technology") or None,
        partner=asked.one_of([partner.code for partner in partners], "partner") or None,
        target_group=asked.member(TargetGroup, "target_group"),
    )
    every = queries.services()
    used = {code for service in every for code in service.technologies}
    return render_template(
        "catalogue/services.html",
        services=[service for service in every if filters.let_through(service)],
        total=len(every),
        filters=filters,
        named_partners=[(partner.code, escape(partner.short_name)) for partner in partners],
        named_technologies=_by_name([technology for technology in terms.technologies() if technology.code in used]),
        category_labels=CATEGORY_LABELS,
        area_labels=AREA_LABELS,
        target_group_labels=TARGET_GROUP_LABELS,
        clear=url_for("catalogue.services"),
    )


def _by_name(technologies: list[terms.Term]) -> list[tuple[str, Mapping[str, str]]]:
    language = reader_language()
    ordered = sorted(technologies, key=lambda technology: technology.label[language].casefold())
    return [(technology.code, technology.label) for technology in ordered]
