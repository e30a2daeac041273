"""A web server and a worker for journeys, on a free port and a database of their own."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from urllib.request import urlopen

from tests.support.moment import START

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


class Live:
    """A running platform: `address`, `database`, the mails it wrote, its log and its time."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.database = database
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._jump = folder / "jump"
        self._jump.write_text("0")
        self._processes: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "INSTANCE_PATH": str(folder),
            "DATABASE_URL": database,
            "PORT": str(self.port),
            "BASE_URL": self.address,
            "LIVE_START": START.isoformat(),
            "LIVE_BEGAN": str(time.time()),
            "LIVE_JUMP": str(self._jump),
        }

    def flask(self, *arguments: str) -> str:
        """Runs a command of the platform on this database; returns its standard output."""
        done = subprocess.run(
            [str(BIN / "flask"), "--app", "tests.support.live_wsgi", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"flask {' '.join(arguments)}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self) -> None:
        """Starts server and worker and waits for the first answer."""
        web = [
            BIN / "gunicorn",
            "tests.support.live_wsgi:app",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--no-control-socket",
        ]
        web += [
            "--worker-class",
            "gthread",
            "--threads",
            "8",
            "--log-level",
            "warning",
            "--graceful-timeout",
            "1",
            "--no-control-socket",
        ]
        worker = [BIN / "flask", "--app", "tests.support.live_wsgi", "worker"]
        for name, command in (("web", web), ("worker", worker)):
            with (self.folder / f"{name}.log").open("wb") as log:
                process = subprocess.Popen(
                    [str(part) for part in command], cwd=ROOT, env=self.environment, stdout=log, stderr=log
                )
            self._processes.append(process)
        deadline = time.monotonic() + 180
        while True:
            try:
                urlopen(f"{self.address}/static/css/site.css", timeout=5).close()
                return
            except OSError:
                assert time.monotonic() < deadline, f"the server did not start:\n{self.log()}"
                assert all(process.poll() is None for process in self._processes), self.log()
                time.sleep(0.05)

    def stop(self) -> None:
        """Ends both."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def kill(self) -> None:
        """Ends both and what they started by SIGKILL, in the middle of whatever they do (Linux)."""
        for process in self._processes:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            for victim in [process.pid, *map(int, children.read_text().split() if children.exists() else ())]:
                with suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
            process.wait(10)
        self._processes.clear()

    def log(self) -> str:
        """What server and worker said so far."""
        return "\n".join((self.folder / f"{name}.log").read_text(errors="replace") for name in ("web", "worker"))

    def advance(self, **span: float) -> None:
        """Moves the platform's time on by a span such as `days=31`, for server and worker alike."""
        jump = float(self._jump.read_text()) + dt.timedelta(**span).total_seconds()
        fresh = self._jump.with_suffix(".new")
        fresh.write_text(str(jump))
        fresh.replace(self._jump)

    def mails(self, to: str) -> list[EmailMessage]:
        """The mails to an address so far, oldest first."""
        found = []
        for file in sorted((self.folder / "mail").glob("*.eml")):
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if mail["To"] == to:
                found.append(mail)
        return found  # type: ignore[return-value]

    def wait_for_mail(self, to: str, words: str = "", seconds: float = 15) -> EmailMessage:
        """The newest mail to an address whose subject or text has `words`; waits for the worker to send it."""
        deadline = time.monotonic() + seconds
        while True:
            for mail in reversed(self.mails(to)):
                if words.lower() in f"{mail['Subject']}\n{mail.get_content()}".lower():
                    return mail
            assert time.monotonic() < deadline, f"no mail to {to} with {words!r} came:\n{self.log()}"
            time.sleep(0.1)

    def link_in(self, mail: EmailMessage) -> str:
        """The first link to this platform in a mail."""
        found = re.search(re.escape(self.address) + r"\S*", mail.get_content())
        assert found, f"the mail holds no link:\n{mail.get_content()}"
        return found.group().rstrip(".,;)>")
