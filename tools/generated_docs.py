"""Writes what docs/ derive from the code: the lives of things (docs/states.md) and who may call what (docs/access.md).

.venv/bin/python tools/generated_docs.py          writes both
.venv/bin/python tools/generated_docs.py check    exits 1 if a file is not what the code says
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from dih.shared.access import Role

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

NOTE = "<!-- Written by tools/generated_docs.py from the code; do not edit. -->\n"


def main() -> int:
    """Writes or checks; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["INSTANCE_PATH"] = folder
        texts = {ROOT / "docs" / "states.md": states(), ROOT / "docs" / "access.md": access_table()}
    if sys.argv[1:] == ["check"]:
        stale = [path.name for path, text in texts.items() if not path.exists() or path.read_text() != text]
        if stale:
            print(f"not what the code says: {', '.join(stale)}; run .venv/bin/python tools/generated_docs.py")
        return bool(stale)
    for path, text in texts.items():
        path.write_text(text)
    return 0


def states() -> str:
    """The transition tables as diagrams and tables."""
    from dih.applications.vocabulary import APPLICATION_STATUS_TRANSITIONS
    from dih.calls.vocabulary import CALL_STATUS_TRANSITIONS
    from dih.conflicts.vocabulary import CONFLICT_STATUS_TRANSITIONS
    from dih.decisions.vocabulary import APPEAL_STATUS_TRANSITIONS, MEETING_STATUS_TRANSITIONS
    from dih.payments.vocabulary import (
        LINE_STATUS_TRANSITIONS,
        PAYMENT_STATUS_TRANSITIONS,
        REFUND_STATUS_TRANSITIONS,
    )
    from dih.reviews.vocabulary import REVIEW_STATUS_TRANSITIONS
    from dih.routing.vocabulary import ROUTING_STATUS_TRANSITIONS
    from dih.vouchers.vocabulary import VOUCHER_STATUS_TRANSITIONS

    lives = {
        "Call": CALL_STATUS_TRANSITIONS,
        "Application": APPLICATION_STATUS_TRANSITIONS,
        "Routing": ROUTING_STATUS_TRANSITIONS,
        "Review": REVIEW_STATUS_TRANSITIONS,
        "Meeting": MEETING_STATUS_TRANSITIONS,
        "Appeal": APPEAL_STATUS_TRANSITIONS,
        "Voucher": VOUCHER_STATUS_TRANSITIONS,
        "Payment": PAYMENT_STATUS_TRANSITIONS,
        "Refund": REFUND_STATUS_TRANSITIONS,
        "Line of a bank statement": LINE_STATUS_TRANSITIONS,
        "Conflict of interest": CONFLICT_STATUS_TRANSITIONS,
    }
    parts = [NOTE, "# The lives of things\n"]
    for name, table in lives.items():
        parts += [f"## {name}\n", "```mermaid", "stateDiagram-v2"]
        parts += [f"    {edge.source} --> {edge.target}: {edge.action}" for edge in table]
        parts += ["```\n", "| from | action | to | who |", "| --- | --- | --- | --- |"]
        parts += [
            f"| {edge.source} | {edge.action} | {edge.target} | {edge.permission or 'the platform'} |" for edge in table
        ]
        parts.append("")
    return "\n".join(parts)


def access_table() -> str:
    """Every address with what it declares, and the roles that have it."""
    from dih.accounts.rules import PERMISSIONS
    from dih.factory import create_app
    from dih.shared.access import Role
    from dih.shared.gate import OPEN_BLUEPRINTS, mark_of

    app = create_app()
    roles = [role for role in Role if role is not Role.SYSTEM]
    parts = [NOTE, "# Who may call what\n"]
    parts += ["A role that may call an address still reaches only what is its own: anything else answers 404.\n"]
    parts += ["| address | methods | " + " | ".join(roles) + " |", "| --- | --- |" + " --- |" * len(roles)]
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        mark = mark_of(app, rule.endpoint)
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        if rule.endpoint.partition(".")[0] in OPEN_BLUEPRINTS:
            cells = ["sign-in asks"] * len(roles)
        elif mark.anyone:
            cells = ["anyone"] * len(roles)
        else:
            cells = ["yes" if mark.signed_in or mark.permissions & PERMISSIONS[role] else "403" for role in roles]
        parts.append(f"| `{rule.rule}` | {methods} | " + " | ".join(cells) + " |")
    return "\n".join([*parts, "", *_reach_table(app, roles)]) + "\n"


def _reach_table(app: Flask, roles: Sequence[Role]) -> list[str]:
    """Whose things a role finds behind each address with an id."""
    from reach import Reach, owned, reach_of

    from dih.accounts.rules import PERMISSIONS
    from dih.shared.gate import mark_of

    parts = ["# Whose\n"]
    parts += ["What is found behind an address with an id, in four answers: one's own / another's / one's own in a"]
    parts += ["conflict of interest / an absent one. A 404 is the same in all cases. A partner's own thing is what was"]
    parts += [
        "routed to it, a reviewer's what was given to review. `tests/integration/ground/test_reach.py` tries them all."
    ]
    parts += ["", "| address | " + " | ".join(roles) + " |", "| --- |" + " --- |" * len(roles)]
    for rule, parameter in sorted(owned(app), key=lambda one: (one[0].rule, one[0].endpoint)):
        mark, reach = mark_of(app, rule.endpoint), reach_of(rule.endpoint, parameter)
        cells = [
            reach.get(role, Reach.NONE).words if mark.signed_in or mark.permissions & PERMISSIONS[role] else "403"
            for role in roles
        ]
        parts.append(f"| `{rule.rule}` | " + " | ".join(cells) + " |")
    return parts


if __name__ == "__main__":
    sys.exit(main())
