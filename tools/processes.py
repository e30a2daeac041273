"""Runs the web server and the worker together: both start, both stop, and neither goes on alone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PATIENCE = 20
"""Seconds that a process has to finish what it does after it was asked to stop."""


def web(bind: str, workers: int, threads: int) -> list[str]:
    """The command of the web server."""
    return [
        *(str(BIN / "gunicorn"), "wsgi:app", "--bind", bind, "--worker-class", "gthread"),
        *("--workers", str(workers), "--threads", str(threads), "--timeout", "60", "--graceful-timeout", "15"),
        *("--log-level", "warning", "--no-control-socket"),
    ]


def worker() -> list[str]:
    """The command of the worker."""
    return [str(BIN / "flask"), "worker"]


def must_be_free(host: str, port: int) -> None:
    """Stops with a clear line when something else listens on the port already."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            sys.exit(f"Port {port} on {host} cannot be used ({error.strerror}). Choose another one: PORT={port + 1}")


def wait_for(host: str, port: int, seconds: float = 60) -> bool:
    """Whether something answers on the port within `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def supervise(commands: Mapping[str, list[str]], environment: Mapping[str, str], ready: Callable[[], None]) -> NoReturn:
    """Runs the commands until Ctrl-C, SIGTERM or the end of one of them; then ends all. Exits 0 when asked to stop."""
    asked: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    running = {
        name: subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, start_new_session=True)
        for name, command in commands.items()
    }
    announced = False
    while not asked and all(process.poll() is None for process in running.values()):
        if not announced:
            ready()
            announced = True
        time.sleep(0.1)
    died = {name: process.returncode for name, process in running.items() if process.poll() is not None}
    for process in running.values():
        if process.poll() is None:
            process.terminate()
    for process in running.values():
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if died and not asked:
        sys.exit("; ".join(f"the {name} ended by itself (exit {code})" for name, code in died.items()))
    sys.exit(0)
