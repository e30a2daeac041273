"""`make bench`: pages on small and large data, on both databases, beside a bare page in the same run.

`--sizes 1000,10000 --databases sqlite` is a short run; the table goes into docs/performance.md only with `--write`,
which `make bench` sets.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from processes import BIN, ROOT, wait_for

sys.path.insert(0, str(ROOT))

from bench import report
from bench.measure import Measured, Site, measure
from tests.support.databases import Databases, Postgresql, Sqlite, private_postgresql

SECRET = "bench-" * 8


def main(arguments: Sequence[str] | None = None) -> None:
    """Seeds, measures, prints the table of each database."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000,100000", help="how many applications, smallest first")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=31, help="how often each page is fetched")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/performance.md")
    chosen = parser.parse_args(arguments)
    sizes = [int(size) for size in chosen.sizes.split(",")]
    tables = []
    for kind in chosen.databases.split(","):
        table = report.table(kind, run(kind, sizes, chosen.rounds))
        print(f"\n{table}", flush=True)
        tables.append(table)
    if chosen.write:
        report.write(ROOT / "docs" / "performance.md", tables)


def run(kind: str, sizes: Sequence[int], rounds: int) -> list[Measured]:
    """All pages on one kind of database."""
    from dih.demo.people import PASSWORD

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dih-bench-")))
        databases = stack.enter_context(_databases(kind, folder))
        addresses = {size: databases.clone() for size in sizes}
        for size, address in addresses.items():
            counted = _python(folder, address, "-m", "bench.multiply", address, str(size)).strip()
            _flask(folder, address, "budget", "verify")
            print(f"{kind}: {counted} applications; budget verify finds no difference", flush=True)
        bare_port = stack.enter_context(served(folder, addresses[sizes[0]], "bench.served:bare()"))
        sites = {}
        for size, address in addresses.items():
            port = stack.enter_context(served(folder, address, "bench.served:platform()"))
            sites[size] = Site(address, port, PASSWORD)
        return measure(bare_port, sites, rounds)


@contextmanager
def _databases(kind: str, folder: Path) -> Iterator[Databases]:
    def filled(address: str) -> None:
        print(f"{kind}: migrate, seed, demo ...", flush=True)
        for command in (("db", "upgrade"), ("seed",), ("demo",)):
            _flask(folder, address, *command)
        if kind == "sqlite":
            _python(folder, address, "-c", _CHECKPOINT, address)

    if kind == "sqlite":
        yield Sqlite(folder, filled)
        return
    with private_postgresql() as server:
        yield Postgresql(server, filled)


_CHECKPOINT = """
import sqlite3, sys
sqlite3.connect(sys.argv[1].removeprefix("sqlite:///")).execute("PRAGMA wal_checkpoint(TRUNCATE)")
"""
"""A clone is a copy of the file alone."""


def _environment(folder: Path, address: str, port: int) -> dict[str, str]:
    mine = {"DATABASE_URL": address, "INSTANCE_PATH": str(folder), "SECRET_KEY": SECRET, "PORT": str(port)}
    return {**os.environ, **mine, "BASE_URL": f"http://127.0.0.1:{port}"}


def _python(folder: Path, address: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=_environment(folder, address, 5000), capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _flask(folder: Path, address: str, *arguments: str) -> None:
    _python(folder, address, str(BIN / "flask"), *arguments)


@contextmanager
def served(folder: Path, address: str, app: str) -> Iterator[int]:
    """Runs one process of gunicorn with the threads of `make serve`; gives its port."""
    port = _free_port()
    command = [str(BIN / "gunicorn"), app, "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--workers", "1", "--threads", "4", "--keep-alive", "60", "--log-level", "warning"]
    server = subprocess.Popen([*command, "--no-control-socket"], cwd=ROOT, env=_environment(folder, address, port))
    try:
        if not wait_for("127.0.0.1", port):
            sys.exit(f"{app} does not answer")
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


if __name__ == "__main__":
    main()
