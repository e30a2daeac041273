"""Makes the people of the hub and a case whose beneficiary has a share to pay; prints what a journey needs of it.

python -m tests.support.share
"""

from __future__ import annotations

import json
import random

from sqlalchemy import select

from dih.applications.models import Application
from dih.demo.demo import enter
from dih.demo.people import hire, password_hash
from dih.demo.plan import Plot, pays
from dih.demo.seed import data
from dih.demo.story import Story
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers.models import Voucher
from tests.support.live_wsgi import app


def main() -> None:
    organisations = {row["code"]: row for row in data("organisations.toml")["organisations"]}
    code, project = next(
        (code, one)
        for one in data("projects.toml")["projects"]
        for code in one["fits"]
        if pays(one, organisations[code])
    )
    with app.app_context():
        hashed = password_hash()
        with unit_of_work():
            now = clock.now()
            cast = hire(now, hashed)
            owner = enter(organisations[code], now.year - 1, now, hashed)
            story = Story(Plot(code, project, "awaiting_payment", 40), owner, cast, now, random.Random(1))
            story.tell()
            voucher = db.session.scalars(
                select(Voucher)
                .join(Application, Application.id == Voucher.application_id)
                .where(Application.uuid == story.uuid)
            ).one()
            facts = {"voucher": str(voucher.uuid), "case": str(story.uuid), "owner": organisations[code]["email"]}
        print(json.dumps(facts))


if __name__ == "__main__":
    main()
