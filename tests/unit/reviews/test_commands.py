"""`flask reviews solve`: files in and out, exit codes, and what is printed where."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from dih.reviews.commands import group

FEASIBLE: dict[str, Any] = {
    "aff": [[9000, 5000, 1], [8000, 7000, 2]],
    "coi": [[False, False, False], [False, False, True]],
    "load": [2, 2, 0],
    "k": [1, 2],
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(group, ["solve", *map(str, arguments)])


def given_json(folder: Path, **changes: Any) -> Path:
    path = folder / "in.json"
    path.write_text(json.dumps({**FEASIBLE, **changes}))
    return path


def test_json_in_and_out(tmp_path: Path) -> None:
    result = run(given_json(tmp_path), tmp_path / "out.json")
    assert (result.exit_code, result.stdout) == (0, "")
    answer = json.loads((tmp_path / "out.json").read_text())
    assert answer.pop("seconds") > 0
    assert answer == {
        "assignment": [[0, -1], [0, 1]],
        "objective": 24000,
        "floor": 7000,
        "optimal": True,
        "gap": 0,
        "prices": [0, 0, 0],
    }


def test_npz_in_and_npy_out(tmp_path: Path) -> None:
    np.savez(tmp_path / "in.npz", **{field: np.array(value) for field, value in FEASIBLE.items()})
    assert run(tmp_path / "in.npz", tmp_path / "out.npy").exit_code == 0
    assert np.load(tmp_path / "out.npy").tolist() == [[0, -1], [0, 1]]


def test_a_cost_of_load_spreads_the_work(tmp_path: Path) -> None:
    case = given_json(tmp_path, coi=[[False] * 3] * 2, load=[2, 2, 2], k=1, aff=[[900, 800, 1], [900, 700, 1]])
    out = tmp_path / "out.json"
    assert run(case, out).exit_code == 0
    assert json.loads(out.read_text())["assignment"] == [[0], [0]]
    case = given_json(tmp_path, **{**json.loads(case.read_text()), "load_cost": [0, 500]})
    assert run(case, out, "--objective", "total").exit_code == 0
    answer = json.loads(out.read_text())
    assert (answer["assignment"], answer["objective"], answer["optimal"]) == ([[1], [0]], 1700, True)
    assert run(given_json(tmp_path, load_cost=[5, 1]), out).exit_code == 2


def test_objective_total_has_no_floor(tmp_path: Path) -> None:
    case = given_json(tmp_path, aff=[[9999, 3000, 1], [9000, 1000, 1]], coi=[[False] * 3] * 2, load=[1, 1, 0], k=1)
    answers = {}
    for objective in ("total", "floor-total"):
        assert run(case, tmp_path / "out.json", "--objective", objective).exit_code == 0
        answers[objective] = json.loads((tmp_path / "out.json").read_text())
    assert (answers["total"]["objective"], answers["total"]["floor"]) == (12000, None)
    assert (answers["floor-total"]["objective"], answers["floor-total"]["floor"]) == (12000, 3000)


def test_infeasible_exits_3_with_the_blocking_set_and_writes_nothing(tmp_path: Path) -> None:
    result = run(given_json(tmp_path), tmp_path / "out.json", "--floor", 7500)
    assert result.exit_code == 3
    blocking = json.loads(result.stdout)
    assert (blocking["applications"], blocking["reviewers"], blocking["shortage"]) == ([1], [0], 1)
    assert blocking["would_help"]["floor_lowered_to"] == 7000
    assert "Applications: 1" in result.stderr
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize(
    ("changes", "named"),
    [({"aff": [[0, 1, 1]] * 2}, "aff"), ({"load": [1, 2]}, "load"), ({"k": "many"}, "k"), ({"coi": []}, "coi")],
)
def test_bad_input_exits_2_and_names_the_field(tmp_path: Path, changes: dict[str, Any], named: str) -> None:
    result = run(given_json(tmp_path, **changes), tmp_path / "out.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Bad input. {named}: " in result.stderr


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps({"aff": [[1]], "coi": [[False]], "load": [1]}))
    result = run(tmp_path / "in.json", tmp_path / "out.json")
    assert (result.exit_code, result.stderr) == (2, "Bad input. k: is missing\n")


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"PK\x03\x04 not a zip"])
@pytest.mark.parametrize("kind", ["json", "npz"])
def test_an_unreadable_file_exits_2(tmp_path: Path, content: bytes, kind: str) -> None:
    (tmp_path / f"in.{kind}").write_bytes(content)
    result = run(tmp_path / f"in.{kind}", tmp_path / {"json": "out.json", "npz": "out.npy"}[kind])
    assert result.exit_code == 2
    assert "Bad input. IN: " in result.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["in.json", "out.npy"], "OUT"),
        (["in.json", "no/such/folder/out.json"], "OUT"),
        (["absent.json", "out.json"], "IN"),
        (["in.json", "out.json", "--floor", "0"], "--floor"),
        (["in.json", "out.json", "--floor", "high"], "--floor"),
        (["in.json", "out.json", "--floor", "5", "--objective", "total"], "--floor"),
        (["in.json", "out.json", "--objective", "best"], "--objective"),
        (["in.json", "out.json", "--seed", "-1"], "--seed"),
    ],
)
def test_bad_arguments_exit_2(
    tmp_path: Path, arguments: list[str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_json(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert named in result.stderr


def test_heavy_packages_load_on_first_use() -> None:
    seen = "import sys, dih.reviews.commands; print([name for name in ('numpy', 'ortools') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True).stdout == "[]\n"
