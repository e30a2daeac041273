"""The answers of the check before sign-up, carried in the visitor's session into the organisation and the application.

Only views reach the session; organisations' form reads the same key for what it may fill in.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import session

from dih.taxonomy.rules import revision_of

KEY = "eligibility_answers"


def remember(call_code: str, answers: Mapping[str, str]) -> None:
    """Keeps the answers to a call's check; those to another call's are dropped."""
    kept = dict(answers)
    if code := kept.get("activity_code"):
        kept |= {"caen_code": code, "caen_revision": revision_of(code) or ""}
    session[KEY] = {"call": call_code, "answers": kept}


def answers(call_code: str) -> dict[str, str]:
    """The answers given to a call's check, by the key of their question; empty when none were given."""
    kept = session.get(KEY) or {}
    return dict(kept.get("answers", {})) if kept.get("call") == call_code else {}
