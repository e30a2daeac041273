"""The import contracts of pyproject.toml: kept, and each seen to fail when it is broken on purpose."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINT = Path(sys.executable).parent / "lint-imports"


def lint(folder: Path, *arguments: str) -> tuple[int, str]:
    """Runs the contracts on the package in `folder`."""
    done = subprocess.run(
        [str(LINT), "--no-cache", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": str(LINT.parent)},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """The modules and contracts of the project, to be spoilt."""

    def others(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if "." in name and not name.endswith(".py")]

    shutil.copytree(root / "dih", tmp_path / "dih", ignore=others)
    shutil.copyfile(root / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


BREACHES = {
    "an upper room is imported by a lower one": ("rooms", "dih/partners/trial.py", "import dih.calls.vocabulary"),
    "a sibling imports a sibling": ("rooms", "dih/aid/trial.py", "import dih.budget.vocabulary"),
    "a room has no place in the layers": ("rooms", "dih/attic/__init__.py", ""),
    "a view imports models": ("views", "dih/partners/views/trial.py", "from dih.partners import models"),
    "a form imports SQLAlchemy": ("views", "dih/taxonomy/forms.py", "import sqlalchemy"),
    "a view imports the database": ("views", "dih/taxonomy/views.py", "from dih.extensions.database import db"),
    "a rule imports Flask": ("rules", "dih/taxonomy/rules.py", "import flask"),
    "a rule reaches SQLAlchemy indirectly": ("rules", "dih/taxonomy/rules.py", "import dih.shared.settings"),
    "somebody else imports stripe": ("stripe", "dih/payments/trial.py", "import stripe"),
    "somebody else imports the ledger's tables": (
        "ledger",
        "dih/demo/trial.py",
        "from dih.budget.models import BudgetLine",
    ),
}


def test_the_contracts_are_kept(root: Path) -> None:
    code, said = lint(root)
    assert code == 0, said


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_noticed(copy: Path, breach: str) -> None:
    contract, name, line = BREACHES[breach]
    planted = copy / name
    planted.parent.mkdir(exist_ok=True)
    (planted.parent / "__init__.py").touch()
    with planted.open("a") as file:
        file.write(f"\n{line}\n")
    code, said = lint(copy, "--contract", contract)
    assert code == 1, said
    assert "BROKEN" in said
