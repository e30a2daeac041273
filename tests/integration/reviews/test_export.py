"""The ranking is made again from its file alone, by the documented formula; offline forms go out and come back."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import load_workbook
from werkzeug.datastructures import FileStorage

from dih.reviews import operations, queries
from dih.reviews.rules.scoring import Draft
from dih.reviews.vocabulary import ReviewStatus
from dih.shared import clock
from dih.shared.unit_of_work import unit_of_work
from tests.support.grids import GOOD
from tests.support.reviewed import Reviewed

SignIn = Callable[..., Any]


def recomputed(text: str) -> list[tuple[str, int | None, Fraction | None]]:
    """Reference, place and mean in order, from nothing but the rows of the file and docs/ranking.md."""
    reviews: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    submitted = {}
    for row in csv.DictReader(io.StringIO(text), delimiter=";"):
        submitted[row["reference"]] = row["submitted_at"]
        if row["criterion"]:
            reviews[row["reference"]][row["reviewer_id"]].append(row)
    judged = []
    for reference, handed_in in submitted.items():
        totals, means = [], defaultdict(list)
        limit, ties = Fraction(0), {}
        for rows in reviews[reference].values():
            shares = [Fraction(r["points"]) / Fraction(r["max_points"]) * Fraction(r["weight_percent"]) for r in rows]
            totals.append(sum(shares, Fraction(0)))
            for row in rows:
                means[row["criterion"]].append(Fraction(row["points"]))
                limit = Fraction(row["total_threshold_percent"])
                if row["tie_break"]:
                    ties[int(row["tie_break"])] = (row["criterion"], Fraction(row["max_points"]))
        if not totals:
            judged.append(((2, Fraction(0), (), handed_in), reference, None))
            continue
        mean = sum(totals, Fraction(0)) / len(totals)
        least = {r["criterion"]: Fraction(r["threshold_points"]) for rs in reviews[reference].values() for r in rs}
        average = {key: sum(points, Fraction(0)) / len(points) for key, points in means.items()}
        fails = mean < limit or any(average[key] < least[key] for key in average)
        broken = tuple(-average[key] / most for _place, (key, most) in sorted(ties.items()))
        judged.append(((1 if fails else 0, -mean, broken, handed_in), reference, mean))
    judged.sort(key=lambda one: one[0])
    return [
        (reference, place if order[0] == 0 else None, mean) for place, (order, reference, mean) in enumerate(judged, 1)
    ]


def test_the_ranking_follows_from_its_file(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    cases = [hub.assigned("first", "second") for _ in range(6)]
    marks = [
        GOOD,
        {**GOOD, "idea": 40},
        {**GOOD, "idea": 34, "team": 31},
        {**GOOD, "effect": 2},
        {"idea": 15, "team": 15, "effect": 9, "lasting": 3},
    ]
    for case, given in zip(cases, marks, strict=False):
        hub.submitted(case, "first", given)
    for case in cases[:3]:
        hub.submitted(case, "second", {**GOOD, "team": 29})
    with unit_of_work():
        uuid = hub.review(cases[0], "first").uuid
        operations.revise(uuid, Draft({**GOOD, "idea": 39}, {}), "Văzut din nou", hub.actor("first"), hub.now)
    sign_in(client, *hub.people["auditor"])
    text = client.get(f"/reviews/calls/{hub.code}/scores.csv").get_data().decode("utf-8-sig")
    places = queries.ranking(hub.code, hub.actor("auditor"), clock.day_of(hub.now)).places
    assert recomputed(text) == [(one.reference, one.ranked.rank, one.ranked.mean) for one in places]
    assert [one.ranked.rank for one in places] == [1, 2, 3, None, None, None]
    assert client.get(f"/reviews/calls/{hub.code}/scores.xlsx").status_code == 200
    assert client.get(f"/reviews/calls/{hub.code}/scores.pdf").status_code == 404


def with_part(package: bytes, name: str, content: bytes) -> bytes:
    """The same Office file with another content of one part."""
    packed = io.BytesIO()
    with ZipFile(io.BytesIO(package)) as old, ZipFile(packed, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return packed.getvalue()


def test_offline_forms_come_back_as_drafts(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    one, two = hub.assigned("first"), hub.assigned("first")
    sign_in(client, *hub.people["first"])
    book = load_workbook(io.BytesIO(client.get("/reviews/offline.xlsx").get_data()))
    for row in book.active.iter_rows(min_row=2):
        key = row[2].value
        row[7].value = GOOD[key[5:]] if key.startswith("mark_") else "Observație" if key == "remark_effect" else None
    sent = io.BytesIO()
    book.save(sent)
    review = hub.review(two, "first")
    with unit_of_work():
        operations.save_draft(review.uuid, Draft({"idea": 1}, {}), review.version, hub.actor("first"), hub.now)

    def upload(content: bytes) -> int:
        file = FileStorage(io.BytesIO(content), "reviews.xlsx")
        return int(client.post("/reviews/offline", data={"file": file}).status_code)

    assert client.get("/reviews/offline").status_code == 200
    assert upload(b"nothing of ours") == 422
    for part, content in (
        ("xl/sharedStrings.xml", b"<sst>" + b" " * 12_000_000 + b"</sst>"),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>"),
        ("xl/worksheets/sheet1.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet>&b;</worksheet>"),
    ):
        assert upload(with_part(sent.getvalue(), part, content)) == 422, part
        assert client.page.select_one(".error-summary a")["href"] == "#file"
    torn = bytearray(sent.getvalue())
    torn[200:260] = b"\xff" * 60
    assert upload(bytes(torn)) == 422
    assert upload(sent.getvalue()) == 422
    assert two.reference in client.page.main.get_text()
    filled = hub.review(one, "first")
    assert (filled.status, filled.marks, filled.remarks) == (
        ReviewStatus.IN_PROGRESS,
        GOOD,
        {"effect": "Observație"},
    )
    assert hub.review(two, "first").marks == {"idea": 1}
    sign_in(client, *hub.people["second"])
    assert upload(sent.getvalue()) == 422
