"""Seconds of the reviewer assignment: `python -m bench.assignment`.

Prints a table of medians: the solve alone, k = 3, three kinds of affinities, places for a tenth more reviews than
wanted and for none more. The solver runs on one thread: processor seconds are what it takes on a free core, the longest
wall time shows how busy the machine was. Each row runs in a process of its own, so that the peak of memory is its own
(with the input). The last table is one repair of a published plan, a fifth of it started.
"""

import resource
import statistics
import time
from collections.abc import Callable
from multiprocessing import get_context

import click
import numpy as np

from dih.reviews.assignment.problem import Problem, problem
from dih.reviews.assignment.repair import repair
from dih.reviews.assignment.solve import Objective, solve

SIZES = {(1_000, 100): 9, (5_000, 500): 3, (10_000, 1_000): 1}
"""Applications and reviewers, and how often each is solved."""
K = 3
CONFLICTS = 0.03
Draw = Callable[[np.random.Generator, int, int], np.ndarray]


def uniform(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    """Every affinity equally likely."""
    return rng.integers(1, 10_001, (n, m))


def scarce(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    """Four values; twenty fields, some much asked for and with few experts."""
    fields = np.arange(20)
    asked = rng.choice(fields, n, p=1 / (fields + 1) / (1 / (fields + 1)).sum())[:, None]
    first, second = rng.choice(fields, m), rng.choice(fields, m)
    levels = [asked == first, asked == second, np.abs(asked - first) <= 1]
    return np.select(levels, [10_000, 7_000, 4_000], 1_000)


def correlated(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    """Some reviewers are good for everything, some applications are easy to place."""
    good, easy = rng.beta(2, 2, m) * 6_000, rng.beta(2, 2, n)[:, None] * 1_500
    return np.clip(good + easy + rng.normal(1_000, 900, (n, m)), 1, 10_000).astype(np.int64)


KINDS: dict[str, Draw] = {"uniform": uniform, "few values, scarce experts": scarce, "correlated": correlated}


def instance(kind: str, n: int, m: int, spare: float) -> Problem:
    """A problem with places for so many reviews more than wanted (0.1: a tenth)."""
    rng = np.random.default_rng(n + m)
    load = np.full(m, -(-int(n * K * (1 + spare)) // m))
    return problem(KINDS[kind](rng, n, m), rng.random((n, m)) < CONFLICTS, load, K)


def measure(kind: str, n: int, m: int, spare: float) -> tuple[float, float, float, int]:
    """Processor seconds for `total`, its longest wall time, processor seconds for `floor-total`, peak memory in MB.

    Medians. Raises ArithmeticError when a proof has a gap.
    """
    case = instance(kind, n, m, spare)
    solve(instance(kind, 50, 10, 1.0))
    seconds: dict[Objective, list[float]] = {Objective.TOTAL: [], Objective.FLOOR_TOTAL: []}
    longest = 0.0
    for objective, times in seconds.items():
        for seed in range(SIZES[n, m]):
            began = time.process_time()
            solution = solve(case, objective, seed=seed)
            times.append(time.process_time() - began)
            if not solution.optimal:
                raise ArithmeticError(f"{kind}, {n} x {m}, {objective}: gap {solution.proof.gap}")
            if objective is Objective.TOTAL:
                longest = max(longest, solution.seconds)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    total, floor_total = (statistics.median(times) for times in seconds.values())
    return total, longest, floor_total, memory


def measure_repair(kind: str, n: int, m: int, spare: float) -> tuple[float, float, int]:
    """Median and longest processor milliseconds of one decline, and how many of 200 the floor could not hold."""
    plan = solve(instance(kind, n, m, spare))
    rng = np.random.default_rng(1)
    pairs = np.argwhere(plan.chosen)
    started = plan.chosen & (rng.random(plan.chosen.shape) < 0.2)
    times, stuck = [], 0
    for i, j in pairs[rng.choice(len(pairs), 200, replace=False)].tolist():
        began = time.process_time()
        mended = repair(plan.problem, plan.chosen, [(i, j)], started=started)
        times.append((time.process_time() - began) * 1000)
        stuck += bool(mended.stuck)
    return statistics.median(times), max(times), stuck


def main() -> None:
    """Print both tables."""
    spawn = get_context("spawn")
    click.echo("| size | affinities | spare places | total, s | longest wall, s | floor-total, s | peak, MB |")
    click.echo("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for n, m in SIZES:
        for kind in KINDS:
            for spare in (0.1, 0.0):
                with spawn.Pool(1) as process:
                    total, longest, floor_total, memory = process.apply(measure, (kind, n, m, spare))
                figures = f"{total:.3f} | {longest:.3f} | {floor_total:.3f} | {memory}"
                click.echo(f"| {n:,} x {m:,} | {kind} | {spare:.0%} | {figures} |")
    click.echo("\n| one repair at 1,000 x 100 | spare places | median, ms | longest, ms | floor cannot hold, of 200 |")
    click.echo("| --- | ---: | ---: | ---: | ---: |")
    for kind in KINDS:
        for spare in (0.1, 0.0):
            median, longest, stuck = measure_repair(kind, 1_000, 100, spare)
            click.echo(f"| {kind} | {spare:.0%} | {median:.2f} | {longest:.2f} | {stuck} |")


if __name__ == "__main__":
    main()
