"""The register of aid as the State-aid register takes it: one row a grant, with what its forms ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask_babel import gettext as _

from dih.aid.legal_bases import basis_on
from dih.aid.queries import GrantRow
from dih.aid.vocabulary import BASIS_LABELS, GRANT_ORIGIN_LABELS, GRANT_STATUS_LABELS, GrantOrigin
from dih.organisations.closed import CLOSED
from dih.shared import clock
from dih.shared.export import Cents, Table
from dih.shared.speech import say
from dih.taxonomy import terms


def register_table(rows: Iterable[GrantRow]) -> Table:
    """The rows as a table, in the reader's language."""
    heads = [_("CUI"), _("Beneficiary"), _("County"), _("CAEN code"), _("Kind of aid"), _("Legal basis"), _("Form")]
    heads += [_("Granted by"), _("Member State"), _("Number of the act"), _("Day of granting"), _("Aid in euro")]
    heads += [
        _("Amount as granted"),
        _("Currency"),
        _("Rate for one euro"),
        _("Day of the rate"),
        _("Source of the rate"),
    ]
    return Table("aid", [*heads, _("State"), _("Where from"), _("To be reported by")], _rows(rows))


def _rows(rows: Iterable[GrantRow]) -> Iterator[Sequence[Any]]:
    for row in rows:
        basis = basis_on(row.basis, row.day)
        reported_by = clock.add_working_days(row.day, basis.report_working_days) if row.due_for_report else None
        yield (
            row.number,
            say(CLOSED) if row.closed else row.enterprise,
            terms.county_name(row.county) if row.county else "",
            row.caen_code or "",
            say(BASIS_LABELS[row.basis]),
            say(basis.source),
            _("Services free of charge") if row.origin is GrantOrigin.HUB else "",
            row.authority,
            row.member_state,
            row.reference,
            row.day,
            Cents(row.amount_cents),
            Cents(row.minor),
            row.currency,
            row.rate.decimal if row.converted else "",
            row.rate_day if row.converted else None,
            row.rate_source,
            say(GRANT_STATUS_LABELS[row.status]),
            say(GRANT_ORIGIN_LABELS[row.origin]),
            reported_by,
        )
