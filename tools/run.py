"""`make run`: everything on this machine with one command, on SQLite in the instance folder, with demo data."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from processes import must_be_free, supervise, wait_for, web, worker

ROOT = Path(__file__).resolve().parent.parent
HOST = os.environ.get("HOST") or "127.0.0.1"


def main() -> None:
    """Builds what is missing, fills an empty instance, starts web server and worker, says where to look."""
    began = time.monotonic()
    port = int(os.environ.get("PORT") or 5000)
    must_be_free(HOST, port)
    sys.path.insert(0, str(ROOT))
    os.environ["DIH_DEVELOPMENT"] = "1"
    for tool in (["tools/assets.py"], ["tools/catalogues.py", "compile"]):
        subprocess.run([sys.executable, *tool], cwd=ROOT, check=True)
    sign_ins = prepare()

    def say() -> None:
        if not wait_for(HOST, port):
            return
        print(
            f"\nReady in {time.monotonic() - began:.1f} s: http://{HOST}:{port}/   (Ctrl-C stops web server and worker)"
        )
        for line in sign_ins:
            print(f"  {line}")
        print(f"Mails: http://{HOST}:{port}/dev/mail", flush=True)

    supervise({"web server": web(f"{HOST}:{port}", 1, 8), "worker": worker()}, {}, say)


def prepare() -> list[str]:
    """Migrates; seeds an instance without people and gives it demo data. Returns a line for each demo sign-in."""
    from flask_migrate import upgrade
    from sqlalchemy import select

    import config
    from dih.accounts.models import Person
    from dih.extensions.database import db
    from dih.factory import create_app

    folder = config.instance_path()
    filling = folder / "filling"
    if filling.exists() and not os.environ.get("DATABASE_URL"):
        print("The last filling of the instance was interrupted: it begins anew.", flush=True)
        for file in folder.glob("dih.sqlite*"):
            file.unlink()
    app = create_app()
    with app.app_context():
        upgrade()
        empty = db.session.scalar(select(Person.id).limit(1)) is None
        db.session.remove()
        if empty:
            filling.touch()
            for name in ("seed", "demo"):
                print(f"Filling the empty instance: {name} ...", flush=True)
                app.cli.commands[name].main(args=[], standalone_mode=False)
            filling.unlink()
        lines = demo_sign_ins()
        db.session.remove()
        db.engine.dispose()
    return lines


def demo_sign_ins() -> list[str]:
    """One invented person for each role, one with work where there is one, with the demo's password."""
    from sqlalchemy import and_, or_, select

    from dih.accounts.models import Membership, Person
    from dih.applications.models import Application
    from dih.demo.people import PASSWORD
    from dih.extensions.database import db
    from dih.reviews.models import Review
    from dih.reviews.vocabulary import OPEN_REVIEWS
    from dih.shared.access import ROLE_LABELS, Role
    from dih.vouchers.models import Voucher
    from dih.vouchers.vocabulary import VoucherStatus

    offered = select(Application.organisation_id).join(Voucher, Voucher.application_id == Application.id)
    offered = offered.where(Voucher.status == VoucherStatus.OFFERED)
    to_review = select(Review.reviewer_id).where(Review.status.in_(OPEN_REVIEWS))
    busy = or_(
        and_(Membership.role == Role.REVIEWER, Person.id.in_(to_review)),
        and_(Membership.role == Role.OWNER, Membership.scope_id.in_(offered)),
    )
    found: dict[Role, str] = {}
    rows = db.session.execute(
        select(Membership.role, Person.email)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.email.endswith(".test"), Person.active, Membership.ended_at.is_(None))
        .order_by(busy.desc(), Membership.id)
    )
    for role, address in rows:
        found.setdefault(role, address)
    return [f"{ROLE_LABELS[role]:<14} {found[role]}   {PASSWORD}" for role in Role if role in found]


if __name__ == "__main__":
    main()
