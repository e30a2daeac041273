"""ANAF's public look-up of a CUI: one question, one answer, never inside a transaction.

The service takes one request a second from all of us together; it may be down, slow or answer nonsense, and then one
types the data oneself. The address is a setting (ANAF_URL); without it nobody is asked.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
from flask import current_app

from dih.organisations import rules
from dih.organisations.vocabulary import CaenRevision, LegalNature
from dih.shared.errors import BrokenRule
from dih.shared.wording import N_
from dih.taxonomy import terms
from dih.taxonomy.rules import activity_code

log = structlog.get_logger()

PATH = "/api/PlatitorTvaRest/v9/tva"
PATIENCE = 3.0
"""Seconds that a person waits for the whole answer, the turn in the queue included."""
PAUSE = 1.0
"""Seconds between two requests of all our processes."""
MOST_BYTES = 200_000


def offered() -> bool:
    """Whether the look-up is set up."""
    return bool(current_app.config["ANAF_URL"])


def look_up(cui: str, today: dt.date) -> dict[str, str]:
    """What ANAF knows of a CUI (digits only), by the names of the form's fields; what it does not know is left out.

    Raises BrokenRule with words for the person when ANAF does not know the number, does not answer in time or
    answers what nobody can read.
    """
    try:
        answer = _ask(cui, today)
        found = answer["found"]
        if not found:
            raise BrokenRule.because(N_("ANAF does not know this CUI. Check it, or type the data yourself."), "cui")
        entry = found[0]
        if str(entry["date_generale"]["cui"]) != cui:
            raise ValueError("another CUI")
        return _read(entry)
    except OSError as error:
        log.warning("anaf does not answer", error=str(error))
        raise BrokenRule.because(N_("ANAF does not answer now. Type the data yourself, or try again later.")) from None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        log.warning("anaf's answer is unreadable", error=repr(error))
        raise BrokenRule.because(N_("ANAF's answer could not be read. Please type the data yourself.")) from None


def _ask(cui: str, today: dt.date) -> Any:
    """The answer as it came. Raises OSError (that of `requests` is one) when there is none in time."""
    import requests

    latest = time.monotonic() + PATIENCE
    with (
        _turn(latest),
        requests.post(
            current_app.config["ANAF_URL"].rstrip("/") + PATH,
            json=[{"cui": int(cui), "data": today.isoformat()}],
            timeout=max(0.1, latest - time.monotonic()),
            stream=True,
            allow_redirects=False,
        ) as response,
    ):
        if response.status_code != HTTPStatus.OK:
            raise requests.HTTPError(f"status {response.status_code}")
        body = b""
        while part := response.raw.read1(16_384, decode_content=True):
            body += part
            if time.monotonic() > latest:
                raise TimeoutError("the answer drips")
            if len(body) > MOST_BYTES:
                raise ValueError("the answer does not end")
    return json.loads(body)


@contextmanager
def _turn(latest: float) -> Iterator[None]:
    """Waits for this process's turn so that all processes together ask once a second. Raises TimeoutError at `latest`.

    The file holds the moment of the last request on the machine's own clock, which runs alike in all processes.
    """
    path = Path(current_app.instance_path) / "anaf.turn"
    with path.open("a+") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > latest:
                    raise TimeoutError("too many ask at once") from None
                time.sleep(0.05)
        file.seek(0)
        since = time.monotonic() - _moment(file.read())
        wait = PAUSE - since if 0 <= since < PAUSE else 0.0
        if time.monotonic() + wait > latest:
            raise TimeoutError("too many ask at once")
        time.sleep(wait)
        file.truncate(0)
        file.write(str(time.monotonic()))
    yield


def _moment(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("-inf")


def _read(entry: Mapping[str, Any]) -> dict[str, str]:
    general, seat = entry["date_generale"], entry.get("adresa_sediu_social") or {}
    found = {
        "name": general["denumire"].strip()[: rules.MOST_LETTERS["name"]],
        "address": str(general.get("adresa") or "").strip()[: rules.MOST_LETTERS["address"]],
        "locality": str(seat.get("sdenumire_Localitate") or "").strip()[: rules.MOST_LETTERS["locality"]],
        "county": _county(str(seat.get("scod_JudetAuto") or ""), str(seat.get("sdenumire_Judet") or "")),
        "onrc": _kept(rules.onrc, str(general.get("nrRegCom") or "")),
        "phone": _kept(rules.phone, str(general.get("telefon") or "").strip()),
        "legal_nature": LegalNature.ENTERPRISE if str(general.get("nrRegCom") or "").upper().startswith("J") else "",
        **_activity(str(general.get("cod_CAEN") or "").strip()),
    }
    if not found["name"]:
        raise ValueError("no name")
    return {field: str(text) for field, text in found.items() if text}


def _kept(reader: Any, text: str) -> str:
    """What a rule accepts of ANAF's data; what it refuses is left to the person."""
    try:
        return str(reader(text)) if text else ""
    except BrokenRule:
        return ""


def _activity(code: str) -> dict[str, str]:
    for revision in (CaenRevision.REV3, CaenRevision.REV2):
        if kept := _kept(lambda text, revision=revision: activity_code(text, revision), code):
            return {"caen_code": kept, "caen_revision": revision.value}
    return {}


def _county(code: str, name: str) -> str:
    """The county by its car plate letters, else by its name in any spelling."""
    for county in terms.all_counties():
        if county.code == code.strip().upper() or (name and _bare(county.name) in _bare(name)):
            return county.code
    return ""


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("-", " "))
    return " ".join("".join(letter for letter in decomposed if not unicodedata.combining(letter)).split())
