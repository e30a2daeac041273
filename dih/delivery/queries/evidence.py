"""Files of evidence, for who may see the delivery."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import select

from dih.applications.models import Application
from dih.delivery.models import Evidence
from dih.documents import queries as documents
from dih.documents.queries import FileView
from dih.extensions.database import db
from dih.shared.access import Actor
from dih.shared.errors import NotFound
from dih.vouchers.models import Voucher
from dih.vouchers.queries.reach import no_conflict, within_reach


def evidence_file(voucher_uuid: UUID, evidence_id: int, actor: Actor, today: dt.date) -> FileView:
    """A file of evidence that the actor may read. Raises NotFound."""
    file_id = db.session.scalar(
        select(Evidence.file_id)
        .join(Voucher, Voucher.id == Evidence.voucher_id)
        .join(Application, Application.id == Voucher.application_id)
        .where(
            Voucher.uuid == voucher_uuid,
            Evidence.id == evidence_id,
            within_reach(actor),
            no_conflict(actor, today),
        )
    )
    found = documents.file(file_id) if file_id is not None else None
    if found is None:
        raise NotFound
    return found
