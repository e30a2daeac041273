"""Commands about reviews: `flask reviews ...`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dih.reviews.assignment.problem import Problem
    from dih.reviews.assignment.solve import Solution

KINDS = {".npz": ".npy", ".json": ".json"}
FIELDS = ("aff", "coi", "load", "k")
BAD_INPUT, INFEASIBLE = 2, 3


@click.group("reviews")
def group() -> None:
    """Reviewers: assign them."""


@group.command("solve")
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--objective",
    type=click.Choice(["floor-total", "total"]),
    default="floor-total",
    show_default=True,
    help="The worst pair first, then the total; or the total alone.",
)
@click.option(
    "--floor",
    default="auto",
    metavar="auto|NUMBER",
    show_default=True,
    help="Least affinity allowed, 1 to 10000; auto is the largest that is feasible.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Breaks ties.")
@click.pass_context
def solve_command(context: click.Context, source: Path, target: Path, objective: str, floor: str, seed: int) -> None:
    """Assign reviewers exactly: IN.npz to OUT.npy, or IN.json to OUT.json.

    IN holds aff (n x m whole numbers 1..10000), coi (n x m true or false), load (m) and k (a number, or n numbers).
    It may hold load_cost: what a reviewer's 1st, 2nd, ... review costs (0..10000, never falling; the last one repeats).
    OUT.npy holds n x max(k) reviewer indices, padded with -1; OUT.json also the proof. Exit 3 when there is no complete
    assignment: the set that blocks is printed as JSON, and OUT is not written. Exit 2 on bad input.
    """
    from dih.reviews.assignment.blocking import Infeasible
    from dih.reviews.assignment.problem import BadInput
    from dih.reviews.assignment.solve import Objective, solve

    try:
        if KINDS.get(source.suffix) != target.suffix:
            raise BadInput("OUT", "must end in .npy for IN.npz, in .json for IN.json")
        if not target.parent.is_dir():
            raise BadInput("OUT", f"there is no folder {target.parent}")
        least = _floor(floor)
        if least is not None and objective == Objective.TOTAL:
            raise BadInput("--floor", "goes with --objective floor-total only")
        problem = _read(source)
        solution = solve(problem, Objective(objective), least, seed)
    except BadInput as error:
        click.echo(f"Bad input. {error}", err=True)
        context.exit(BAD_INPUT)
    except Infeasible as error:
        click.echo(json.dumps(error.blocking.as_data()))
        click.echo(_in_words(error), err=True)
        context.exit(INFEASIBLE)
    _write(target, solution)
    proven = "proven optimal" if solution.optimal else "NOT PROVEN"
    click.echo(f"Total {solution.objective}, floor {solution.floor}, {proven}, {solution.seconds:.3f} s", err=True)


def _floor(text: str) -> int | None:
    from dih.reviews.assignment.problem import TOP_AFFINITY, BadInput

    if text == "auto":
        return None
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= TOP_AFFINITY:
        raise BadInput("--floor", f"must be auto or a whole number from 1 to {TOP_AFFINITY}")
    return int(text)


def _read(source: Path) -> "Problem":
    import numpy as np

    from dih.reviews.assignment.problem import BadInput, problem

    try:
        if source.suffix == ".json":
            given: Any = json.loads(source.read_text(encoding="utf-8"))
        else:
            with np.load(source, allow_pickle=False) as arrays:
                given = dict(arrays)
    except Exception as error:  # a damaged file fails in many ways, all of them the file's fault
        raise BadInput("IN", f"cannot be read: {error}") from error
    if not isinstance(given, dict):
        raise BadInput("IN", "must hold an object with aff, coi, load and k")
    for field in FIELDS:
        if field not in given:
            raise BadInput(field, "is missing")
    aff, coi, load, k = (given[field] for field in FIELDS)
    return problem(aff, coi, load, k, load_cost=given.get("load_cost", ()))


def _write(target: Path, solution: "Solution") -> None:
    import numpy as np

    if target.suffix == ".npy":
        np.save(target, solution.table)
        return
    answer = {
        "assignment": solution.table.tolist(),
        "objective": solution.objective,
        "floor": solution.floor,
        "optimal": solution.optimal,
        "gap": solution.proof.gap,
        "prices": solution.proof.prices.tolist(),
        "seconds": round(solution.seconds, 6),
    }
    target.write_text(json.dumps(answer) + "\n", encoding="utf-8")


def _in_words(error: Exception) -> str:
    blocking = error.blocking  # type: ignore[attr-defined]
    lines = [
        f"No complete assignment: {blocking.shortage} reviews short.",
        f"Together the applications want {blocking.needed}; those who may read them can take {blocking.available}.",
        f"Applications: {_some(blocking.applications)}",
        f"Reviewers: {_some(blocking.reviewers)}",
        "Each of these lowers the shortage by one:",
    ]
    if blocking.full:
        lines.append(f"  one more place with reviewer {_some(blocking.full)}")
    lines.append(f"  one review fewer for application {_some(blocking.applications)}")
    for pairs, count, words in (
        (blocking.conflicts, blocking.conflicts_in_all, "conflict cleared"),
        (blocking.below_floor, blocking.below_floor_in_all, "pair below the floor allowed"),
    ):
        if count:
            lines.append(f"  one {words} (application, reviewer), {count} in all: {_some(pairs)}")
    if blocking.floor:
        lines.append(f"With the floor at {blocking.floor} there is a complete assignment.")
    return "\n".join(lines)


def _some(items: list[Any]) -> str:
    shown = ", ".join(str(item) for item in items[:20])
    return shown if len(items) <= 20 else f"{shown}, and {len(items) - 20} more"
