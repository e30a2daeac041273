"""What guards look at: the code of the project as files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def project_files() -> list[Path]:
    """Every file that is or would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def modules() -> list[Path]:
    """Every Python module of the product."""
    return sorted((ROOT / "dih").rglob("*.py"))


@pytest.fixture(scope="session")
def templates() -> list[Path]:
    """Every template that becomes a page."""
    return sorted((ROOT / "dih").glob("*/templates/**/*.html"))
