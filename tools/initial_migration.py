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
            REVISION.write_text(completed(text))
        except BaseException:
            if kept is not None:
                REVISION.write_text(kept)
            raise


def completed(text: str) -> str:
    """The revision with what Alembic does not write: keys between tables that name each other, which PostgreSQL gets
    after both exist, and the append-only triggers, made last and dropped first.
    """
    from dih.extensions.database import db

    ups, downs = [], []
    for table in db.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            if key.use_alter:
                other = [element.column.name for element in key.elements]
                ups.append(
                    f"op.create_foreign_key({key.name!r}, {table.name!r}, {key.referred_table.name!r},"
                    f" {key.column_keys!r}, {other!r})"
                )
                downs.append(f"op.drop_constraint({key.name!r}, {table.name!r}, type_='foreignkey')")
    text = text.replace("from alembic import op\n", "from alembic import op\n\nfrom migrations import triggers\n", 1)
    up, mark, down = text.partition("\n\ndef downgrade() -> None:\n")
    if not mark:
        raise ValueError("the template of revisions has changed")
    after = "".join(only_postgresql(ups)) + "    triggers.create(op.get_bind())\n"
    before = "    triggers.drop(op.get_bind())\n" + "".join(only_postgresql(downs))
    return f"{up.rstrip()}\n{after}\n{mark}{before}{down}"


def only_postgresql(lines: list[str]) -> list[str]:
    """The lines under the condition that the database is PostgreSQL."""
    if not lines:
        return []
    return ["    if op.get_bind().dialect.name == 'postgresql':\n", *(f"        {line}\n" for line in lines)]


if __name__ == "__main__":
    main()
