"""Writes migrations/versions/0001_initial.py again from the models.

Until the first release there is one revision; afterwards `flask db migrate` writes the next ones by hand and eye.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from alembic import command
from flask_migrate import Migrate

ROOT = Path(__file__).resolve().parent.parent
REVISION = ROOT / "migrations" / "versions" / "0001_initial.py"


def main() -> None:
    """Compares the models with an empty database and writes the difference, triggers included."""
    sys.path.insert(0, str(ROOT))
    released = [file.name for file in REVISION.parent.glob("*.py") if file != REVISION]
    if released:
        sys.exit(f"Not the first revision any more ({', '.join(sorted(released))}): use .venv/bin/flask db migrate.")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["INSTANCE_PATH"] = folder
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/empty.sqlite"
        from dih.factory import create_app

        app = create_app()
        kept = REVISION.read_text() if REVISION.exists() else None
        REVISION.unlink(missing_ok=True)
        try:
            with app.app_context():
                migrate: Migrate = app.extensions["migrate"].migrate
                command.revision(migrate.get_config(), "initial", autogenerate=True, rev_id="0001")
            text = REVISION.read_text()
            REVISION.write_text(with_triggers(text))
        except BaseException:
            if kept is not None:
                REVISION.write_text(kept)
            raise


def with_triggers(text: str) -> str:
    """The text of the revision with the append-only triggers made last and dropped first."""
    text = text.replace("from alembic import op\n", "from alembic import op\n\nfrom migrations import triggers\n", 1)
    up, mark, down = text.partition("\n\ndef downgrade() -> None:\n")
    if not mark:
        raise ValueError("the template of revisions has changed")
    return f"{up.rstrip()}\n    triggers.create(op.get_bind())\n\n{mark}    triggers.drop(op.get_bind())\n{down}"


if __name__ == "__main__":
    main()
