"""Exact minimum-cost flow over a list of pairs: OR-tools' SimpleMinCostFlow, fed with numpy arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from dih.reviews.assignment.problem import Ints, Problem


@dataclass(frozen=True)
class Arcs:
    """Pairs that a plan may use, sorted by application: application, reviewer, affinity."""

    rows: Ints
    cols: Ints
    value: Ints


@dataclass(frozen=True)
class Flow:
    """How often each pair is used, and how many reviews of each application nobody takes."""

    used: Ints
    missing: Ints


def cheapest_flow(
    problem: Problem, arcs: Arcs, nobody: int, times: int = 1, rng: np.random.Generator | None = None
) -> Flow:
    """The best plan over these pairs only. A review that nobody takes costs `nobody`, so an answer always exists.

    times: each application stands for so many equal ones (in a sample), the loads as they are.
    rng: breaks ties, by the order in which the nodes are numbered.
    """
    n, m = problem.shape
    node = np.arange(n + m + 1, dtype=np.int32)
    if rng is not None:
        node = rng.permutation(node)
    applications, reviewers, sink = node[:n], node[n : n + m], node[n + m]
    piece_of, piece_room, piece_cost = _load_pieces(problem)
    solver = SimpleMinCostFlow()
    wanted = problem.need * times
    unit = np.gcd.reduce(np.concatenate([arcs.value, piece_cost, [nobody]]))  # small costs take fewer scaling phases
    solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([applications[arcs.rows], applications, reviewers[piece_of]]),
        np.concatenate([reviewers[arcs.cols], np.full(n + len(piece_of), sink, np.int32)]),
        np.concatenate([np.full(len(arcs.rows), times, np.int64), wanted, piece_room]),
        np.concatenate([-arcs.value, np.full(n, nobody, np.int64), piece_cost]) // unit,
    )
    solver.set_nodes_supplies(np.append(applications, sink), np.append(wanted, -wanted.sum()))
    if (status := solver.solve()) != SimpleMinCostFlow.OPTIMAL:
        raise ArithmeticError(f"minimum-cost flow ended with {status}")
    flows = solver.flows(np.arange(len(arcs.rows) + n, dtype=np.int32))
    return Flow(flows[: len(arcs.rows)], flows[len(arcs.rows) :])


def _load_pieces(problem: Problem) -> tuple[NDArray[np.int64], Ints, Ints]:
    """Each reviewer's load cut into pieces of one cost: reviewer, size, cost of a review in it."""
    m = problem.shape[1]
    if not len(problem.load_cost):
        return np.arange(m), problem.load, np.zeros(m, np.int64)
    steps = problem.load_cost
    sizes = np.append(np.ones(len(steps) - 1, np.int64), problem.shape[0])
    begins = np.arange(len(steps))
    room = np.clip(problem.load[:, None] - begins, 0, sizes)
    return np.repeat(np.arange(m), len(steps)), room.ravel(), np.tile(steps, m)
