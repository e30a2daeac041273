"""A grid as calls carry it: one criterion of 75 points with two parts, like the demo's call for production."""

from __future__ import annotations

from typing import Any

BOTH = {"ro": "Text", "en": "Text"}


def _part(key: str, most: int) -> dict[str, Any]:
    return {"key": key, "label": {"ro": f"Partea {key}", "en": f"Part {key}"}, "guidance": BOTH, "max_points": most}


GRID: dict[str, Any] = {
    "criteria": [
        {
            **_part("collaboration", 75),
            "weight_percent": "75",
            "threshold_points": 40,
            "remark_below_points": 45,
            "sub_criteria": [_part("idea", 40), _part("team", 35)],
        },
        {**_part("effect", 15), "weight_percent": "15", "threshold_points": 5, "remark_below_points": 8},
        {**_part("lasting", 10), "weight_percent": "10", "remark_below_points": 4},
    ],
    "total_threshold_percent": "60",
    "tie_breaks": ["collaboration", "effect"],
}
GOOD = {"idea": 35, "team": 30, "effect": 12, "lasting": 8}
"""Marks above every threshold: 85 percent."""
