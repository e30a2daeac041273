"""A process that does deeds when told, so that several can do them at the same moment.

`python -m tests.support.racer` on the database of the environment: a line of JSON in, a line out. A deed is
{"verb": ..., "actor": [person, role, scope kind, scope], "now": ..., and what the verb takes}. The answer is "done",
or the name of what refused it with its words. Anything unexpected ends the process.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Sequence
from typing import Any

Deed = dict[str, Any]


def deed(verb: str, actor: Any, now: dt.datetime, **values: Any) -> Deed:
    """A deed for `Racers.together`; `actor` is an access.Actor."""
    who = [actor.person_id, actor.role.value, actor.scope_kind.value, actor.scope_id]
    return {"verb": verb, "actor": who, "now": now.isoformat(), **values}


class Racers:
    """So many processes on one database, started and ready."""

    def __init__(self, address: str, count: int) -> None:
        environment = {**os.environ, "DATABASE_URL": address}
        command = [sys.executable, "-m", "tests.support.racer"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.processes = [subprocess.Popen(command, env=environment, **pipes) for _ in range(count)]

    def __enter__(self) -> Racers:
        for process in self.processes:
            assert _line(process) == "ready"
        return self

    def __exit__(self, *_raised: object) -> None:
        for process in self.processes:
            process.stdin.close()  # type: ignore[union-attr]
            process.wait(30)
            process.stdout.close()  # type: ignore[union-attr]

    def together(self, *deeds: Deed | Sequence[Deed]) -> list[list[str]]:
        """Gives each process its deed, or its deeds one after the other, all at once; what each answered, in order."""
        lists = [[one] if isinstance(one, dict) else list(one) for one in deeds]
        for process, todo in zip(self.processes, lists, strict=True):
            process.stdin.write(json.dumps(todo) + "\n")  # type: ignore[union-attr]
        for process in self.processes:
            process.stdin.flush()  # type: ignore[union-attr]
        return [[_line(process) for _ in todo] for process, todo in zip(self.processes, lists, strict=True)]


def _line(process: subprocess.Popen[str]) -> str:
    return process.stdout.readline().strip()  # type: ignore[union-attr]


def main() -> None:
    """Reads lists of deeds until the input ends."""
    from dih.accounts.rules import PERMISSIONS
    from dih.budget import ledger
    from dih.budget import operations as budget
    from dih.budget.ledger import Part
    from dih.budget.vocabulary import MoveKind
    from dih.decisions import operations as decisions
    from dih.factory import create_app
    from dih.shared.access import Actor, Role, ScopeKind
    from dih.shared.errors import BrokenRule, Stale
    from dih.shared.unit_of_work import unit_of_work
    from dih.vouchers import operations as vouchers

    verbs: dict[str, Callable[..., object]] = {
        "approve": lambda one, *who: decisions.approve(one["application"], "", *who),
        "cancel": lambda one, *who: vouchers.cancel(uuid.UUID(one["voucher"]), "Ended.", *who),
        "redeem": lambda one, *who: vouchers.redeem(one["code"], *who),
        "transfer": lambda one, *who: budget.change_ceiling(
            MoveKind.TRANSFER, one["source"], one["target"], one["cents"], "Moved.", uuid.uuid4(), *who
        ),
        "reserve": lambda one, *who: ledger.reserve(
            [Part(one["line"], one["cents"])], str(uuid.uuid4()), *who, application_id=0
        ),
    }
    app = create_app()
    with app.app_context():
        print("ready", flush=True)
        for line in sys.stdin:
            for one in json.loads(line):
                person, role, kind, scope = one["actor"]
                actor = Actor(person, "Racer", Role(role), ScopeKind(kind), scope, 1, PERMISSIONS[Role(role)])
                try:
                    with unit_of_work():
                        verbs[one["verb"]](one, actor, dt.datetime.fromisoformat(one["now"]))
                    print("done", flush=True)
                except (Stale, BrokenRule) as error:
                    print(f"{type(error).__name__}: {error}".rstrip(": "), flush=True)


if __name__ == "__main__":
    main()
