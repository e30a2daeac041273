"""Mails that were laid into the instance instead of being sent, as `/dev/mail` shows them under `make run`."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: the number of its file, to whom, about what, and its text in lines."""

    number: int
    to: str
    subject: str
    lines: Sequence[str]


def letters(folder: Path) -> list[Letter]:
    """The newest mails in `folder`, the last one first."""
    newest = sorted(folder.glob("*.eml"), reverse=True)[:SHOWN]
    return [_read(file) for file in newest]


def letter(folder: Path, number: int) -> Letter | None:
    """The mail with this number, if it is there."""
    file = folder / f"{number:08d}.eml"
    return _read(file) if file.exists() else None


def _read(file: Path) -> Letter:
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    return Letter(int(file.stem), str(mail["To"]), str(mail["Subject"]), mail.get_content().splitlines())
