"""Invoices and credit notes: the list, the PDF, and the XML for e-Factura."""

from __future__ import annotations

import uuid

from flask import Response, render_template

from dih.payments import papers, queries, ubl
from dih.payments.views import blueprint
from dih.payments.vocabulary import INVOICE_KIND_LABELS
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place

may_see = access.requires(Permission.SEE_ALL, Permission.SEE_OWN_APPLICATIONS)


@blueprint.get("/payments/invoices", endpoint="invoices")
@access.requires(Permission.SEE_ALL)
def invoice_list() -> str:
    """All invoices and credit notes, newest first."""
    page = queries.invoices(the_actor(), clock.now(), place())
    return render_template("payments/invoices.html", page=page, kind_labels=INVOICE_KIND_LABELS, **beside(page))


@blueprint.get("/payments/invoices/<uuid:invoice_uuid>.pdf")
@may_see
def invoice_pdf(invoice_uuid: uuid.UUID) -> Response:
    """One as people read it."""
    paper = queries.invoice(invoice_uuid, the_actor(), clock.day_of(clock.now()))
    return papers.response(papers.invoice(paper), f"{paper.name}.pdf", "application/pdf")


@blueprint.get("/payments/invoices/<uuid:invoice_uuid>.xml")
@may_see
def invoice_xml(invoice_uuid: uuid.UUID) -> Response:
    """One as e-Factura takes it: UBL 2.1 by the Romanian rules (RO_CIUS). Sending it is not ours."""
    paper = queries.invoice(invoice_uuid, the_actor(), clock.day_of(clock.now()))
    content = ubl.document(paper, queries.lei_rate(paper))
    return papers.response(content, f"{paper.name}.xml", "application/xml")
