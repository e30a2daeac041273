"""Mail: written in the reader's language inside the transaction, sent by the worker after the commit."""

from __future__ import annotations

import datetime as dt
import smtplib
import ssl
from collections.abc import Iterable, Mapping
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app, render_template
from flask_babel import force_locale

from dih.shared import outbox

SEND = "mail"


def write(to: str, language: str, template: str, now: dt.datetime, **context: Any) -> None:
    """Puts a mail into the outbox. `template` is a text template whose first line is the subject.

    The body is rendered now, in `language`, so that it says what was true at this moment.
    """
    outbox.put(SEND, _written(to, language, template, context), now)


def write_to_all(recipients: Iterable[tuple[str, str, str]], template: str, now: dt.datetime, **context: Any) -> None:
    """The same for several people, (address, language, name) each; the template reads their `name`. One statement."""
    written = [_written(to, language, template, {**context, "name": name}) for to, language, name in recipients]
    outbox.put_all(SEND, written, now)


def _written(to: str, language: str, template: str, context: Mapping[str, Any]) -> dict[str, Any]:
    with force_locale(language):
        text = render_template(template, **context)
    subject, _, body = text.strip().partition("\n")
    return {"to": to, "subject": subject.strip(), "body": body.strip() + "\n", "language": language}


@outbox.handles(SEND)
def send(item_id: int, payload: dict[str, Any], now: dt.datetime) -> None:
    """Sends one mail by SMTP, or lays it into `instance/mail/` where no server is set.

    The Message-ID comes from the outbox row: a repeat after a crash can be told by it.
    """
    host = urlsplit(current_app.config["BASE_URL"]).hostname
    message = EmailMessage()
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = payload["to"]
    message["Subject"] = payload["subject"]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<outbox-{item_id}@{host}>"
    message["Content-Language"] = payload["language"]
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(payload["body"])
    if current_app.config["SMTP_URL"]:
        _by_smtp(message, current_app.config["SMTP_URL"])
    else:
        folder = Path(current_app.config["MAIL_FOLDER"])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{item_id:08d}.eml").write_bytes(message.as_bytes())


def _by_smtp(message: EmailMessage, url: str) -> None:
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError("SMTP_URL names no host")
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(parts.hostname, parts.port or 465, timeout=20, context=context)
    else:
        server = smtplib.SMTP(parts.hostname, parts.port or 25, timeout=20)
    with server:
        if parts.scheme == "smtp+starttls":
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
