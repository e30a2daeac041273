"""`make check`: all that says something about the code without a browser or a second database, two at a time.

Prints a line for each check, and the words of those that fail; exits 1 when one does. With --code-only the tests are
left out (`make test` runs them with the others). Properties are tried on few examples here, on many in `make test`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PLACES = ("dih", "tests", "tools", "migrations", "config.py", "wsgi.py")

CHECKS = {
    "types": [BIN / "mypy"],
    "templates": [BIN / "djlint", "dih", "--lint", "--quiet", "--extension=html"],
    "style": [BIN / "ruff", "check", "--quiet", *PLACES],
    "format": [BIN / "ruff", "format", "--check", "--quiet", *PLACES],
    "contracts": [BIN / "lint-imports"],
    "translations": [sys.executable, "tools/catalogues.py", "check"],
    "generated docs": [sys.executable, "tools/generated_docs.py", "check"],
}

TESTS = {"unit tests and guards": [BIN / "pytest", "-q", "--database=sqlite", "tests/unit", "tests/guards"]}


def main(code_only: bool) -> None:
    """Runs the checks, the slow ones first."""
    subprocess.run([sys.executable, "tools/catalogues.py", "compile"], cwd=ROOT, check=True)
    wanted = CHECKS if code_only else {**TESTS, **CHECKS}
    with ThreadPoolExecutor(2) as pool:
        passed = list(pool.map(lambda item: run(*item), wanted.items()))
    if not all(passed):
        sys.exit(1)


def run(name: str, command: list[str | Path]) -> bool:
    """Runs one check and says how it went."""
    began = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HYPOTHESIS_PROFILE": "quick"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    took = f"{time.monotonic() - began:5.1f} s"
    if done.returncode == 0:
        print(f"  passed  {took}  {name}", flush=True)
        return True
    print(f"  FAILED  {took}  {name}\n\n{done.stdout}", flush=True)
    return False


if __name__ == "__main__":
    main(code_only="--code-only" in sys.argv[1:])
