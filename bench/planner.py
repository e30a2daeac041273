"""Seconds and gap of the routing planner: `python -m bench.planner`.

Prints a table: applications x partners, person-days and budget for so much more than is asked, processor seconds of the
solve on its one thread (median and longest of three instances), the largest gap, and how many plans were proven best.
A third of the applications is with nobody, a third was proposed somewhere, a third accepted; nothing is pinned.
"""

import random
import statistics
import time

import click

from dih.routing.planner.problem import Case, Option, Problem, Room, problem
from dih.routing.planner.solve import solve
from dih.routing.planner.value import POINT

SIZES = [(100, 4), (100, 10), (500, 4), (500, 7), (500, 10)]
SPARES = (0.3, 0.1, 0.0)
INSTANCES = 3


def instance(applications: int, partners: int, spare: float, seed: int) -> Problem:
    """Applications that two to four partners can deliver, with fits between 10 and 70 points."""
    chance = random.Random(seed)
    cases, asked = [], 0
    for number in range(applications):
        days = chance.choice([2, 4, 6, 8, 10, 12, 15, 20])
        asked += days
        able = chance.sample(range(partners), chance.randint(2, min(partners, 4)))
        cents = days * chance.choice([90_000, 100_000, 110_000])
        options = tuple(Option(partner, (), chance.randint(10, 70), ((partner, days),), cents) for partner in able)
        today = chance.choice([None, *range(len(options))])
        cases.append(Case(number, options, today, today is not None and chance.random() < 0.5))
    each = int(asked * (1 + spare)) // partners
    rooms = []
    for partner in range(partners):
        days = int(each * chance.uniform(0.85, 1.15))
        rooms.append(Room(partner, (days // 2, days - days // 2), 0, int(each * 120_000)))
    return problem(cases, rooms)


def main() -> None:
    """Print the table."""
    solve(instance(10, 3, 1.0, 0))
    click.echo("| applications x partners | room to spare | median, s | longest, s | largest gap | proven best |")
    click.echo("| --- | ---: | ---: | ---: | ---: | ---: |")
    for applications, partners in SIZES:
        for spare in SPARES:
            times, gaps = [], []
            for seed in range(INSTANCES):
                case = instance(applications, partners, spare, seed)
                began = time.process_time()
                plan = solve(case)
                times.append(time.process_time() - began)
                gaps.append(plan.gap / POINT)
            figures = f"{statistics.median(times):.2f} | {max(times):.2f} | {max(gaps):.2f}"
            click.echo(f"| {applications} x {partners} | {spare:.0%} | {figures} | {gaps.count(0)} of {INSTANCES} |")


if __name__ == "__main__":
    main()
