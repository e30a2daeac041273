"""A local stand-in for ANAF's look-up: answers as told, so that tests see it up, down, slow and talking nonsense."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FIRM: dict[str, Any] = {
    "date_generale": {
        "cui": 99000018,
        "denumire": "ATELIERUL DE LEMN SRL",
        "adresa": "JUD. BISTRIȚA-NĂSĂUD, MUN. BISTRIȚA, STR. LUNGĂ, NR.1",
        "nrRegCom": "J06/123/2010",
        "telefon": "0263123456",
        "codPostal": "420000",
        "stare_inregistrare": "INREGISTRAT din data 01.02.2010",
        "cod_CAEN": "3109",
    },
    "inregistrare_scop_Tva": {"scpTVA": True},
    "stare_inactiv": {"statusInactivi": False},
    "adresa_sediu_social": {
        "sdenumire_Localitate": "Mun. Bistrița",
        "sdenumire_Judet": "BISTRIŢA-NĂSĂUD",
        "scod_JudetAuto": "BN",
    },
}


class StandIn:
    """What the server answers: `status` and `body` after `wait` seconds; `asked` are the bodies that came in."""

    def __init__(self) -> None:
        self.status = 200
        self.body = json.dumps({"cod": 200, "found": [FIRM], "notFound": []}).encode()
        self.wait = 0.0
        self.drip = 0.0
        self.asked: list[Any] = []
        self.moments: list[float] = []
        self.url = ""


@contextmanager
def anaf() -> Iterator[StandIn]:
    """The server on a free port, for as long as the block runs."""
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            stand_in.moments.append(time.monotonic())
            stand_in.asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            time.sleep(stand_in.wait)
            try:
                self.send_response(stand_in.status)
                self.send_header("Content-Length", str(len(stand_in.body)))
                self.end_headers()
                if not stand_in.drip:
                    self.wfile.write(stand_in.body)
                    return
                for start in range(len(stand_in.body)):
                    self.wfile.write(stand_in.body[start : start + 1])
                    time.sleep(stand_in.drip)
            except OSError:
                return

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
