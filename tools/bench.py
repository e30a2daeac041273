"""`make bench`: pages on small and large data, on both databases, beside a bare page in the same run; then the solvers.

`--parts pages --sizes 1000,10000 --databases sqlite` is a short run; tables go into docs/performance.md only with
`--write`, which `make bench` sets.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from processes import BIN, ROOT, wait_for

sys.path.insert(0, str(ROOT))

from bench import report
from bench.measure import Measured, Site, measure
from tests.support.databases import Databases, Postgresql, Sqlite, private_postgresql

SECRET = "bench-" * 8
PARTS = ("pages", "assignment", "approvals", "planner")
"""`pages` is measured here; each other part is a module of `bench` that prints its own table."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Seeds, measures, prints the tables of each part."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", default=",".join(PARTS), help="what is measured")
    parser.add_argument("--sizes", default="1000,100000", help="how many applications, smallest first")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=15, help="how often each page is fetched")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/performance.md")
    chosen = parser.parse_args(arguments)
    for part in chosen.parts.split(","):
        began = time.monotonic()
        if part == "pages":
            sizes = [int(size) for size in chosen.sizes.split(",")]
            tables = [_pages(kind, sizes, chosen.rounds) for kind in chosen.databases.split(",")]
        else:
            tables = [_module(part)]
        if chosen.write:
            report.write(ROOT / "docs" / "performance.md", part, tables)
        print(f"\n{part}: {time.monotonic() - began:.0f} s", flush=True)


def _pages(kind: str, sizes: Sequence[int], rounds: int) -> str:
    table = report.table(kind, run(kind, sizes, rounds))
    print(f"\n{table}", flush=True)
    return table


def _module(name: str) -> str:
    """Runs a part that prints its own table, and returns what it printed."""
    print(f"\n{name} ...", flush=True)
    done = subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    print(done.stdout, flush=True)
    if done.returncode:
        sys.exit(f"bench.{name} failed")
    return done.stdout.strip()


def run(kind: str, sizes: Sequence[int], rounds: int) -> list[Measured]:
    """All pages on one kind of database."""
    from dih.demo.people import PASSWORD

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dih-bench-")))
        databases = stack.enter_context(_databases(kind, folder))
        addresses = {size: databases.clone() for size in sizes}
        for size, address in addresses.items():
            began = time.monotonic()
            counted = _python(folder, address, "-m", "bench.multiply", address, str(size)).strip()
            _flask(folder, address, "budget", "verify")
            took = time.monotonic() - began
            print(f"{kind}: {counted} applications; budget verify finds no difference; {took:.0f} s", flush=True)
        bare_port = stack.enter_context(served(folder, addresses[sizes[0]], "bench.served:bare()"))
        sites = {}
        for size, address in addresses.items():
            port = stack.enter_context(served(folder, address, "bench.served:platform()"))
            sites[size] = Site(address, port, PASSWORD)
        return measure(bare_port, sites, rounds)


@contextmanager
def _databases(kind: str, folder: Path) -> Iterator[Databases]:
    def filled(address: str) -> None:
        for command in (("db", "upgrade"), ("seed",), ("demo",)):
            began = time.monotonic()
            _flask(folder, address, *command)
            print(f"{kind}: flask {' '.join(command)}, {time.monotonic() - began:.1f} s", flush=True)
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
