"""One client of the bench: a kept-alive connection with cookies, and what an answer cost."""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import dataclass
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: wall time at the client and processor time at the server in milliseconds, statements sent."""

    status: int
    text: str
    location: str
    wall_ms: float
    processor_ms: float
    queries: int


class Visitor:
    """Somebody with a browser, at most one request at a time."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}
        self.token = ""

    def get(self, path: str) -> Answer:
        """Fetches a page; keeps the token of its form."""
        answer = self._ask("GET", path, None)
        if found := TOKEN.search(answer.text):
            self.token = found.group(1)
        return answer

    def post(self, path: str, fields: dict[str, str | list[str]]) -> Answer:
        """Sends a form with the token of the last page."""
        return self._ask("POST", path, urlencode({**fields, "csrf_token": self.token}, doseq=True))

    def sign_in(self, address: str, password: str) -> None:
        """Raises RuntimeError when the platform does not let the person in."""
        self.get("/login")
        answer = self.post("/login", {"email": address, "password": password})
        if answer.status != 302:
            raise RuntimeError(f"{address} cannot sign in: {answer.status}")

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server gave the idle connection up; a new one is opened by itself.
            began = time.perf_counter()
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        text = response.read()
        wall = (time.perf_counter() - began) * 1000
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Answer(
            response.status,
            text.decode(errors="replace"),
            response.headers.get("Location", ""),
            wall,
            float(response.headers.get("X-Processor-Ms", 0)),
            int(response.headers.get("X-Queries", 0)),
        )
