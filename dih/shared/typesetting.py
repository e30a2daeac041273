"""PDF/A documents from typst templates: data goes in as values, never as text of the template."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dih.shared import clock


def typeset(template: Path, data: Mapping[str, Any], made_at: dt.datetime) -> bytes:
    """The document of a template with its data, the same bytes whenever it is made again for `made_at`."""
    day = clock.day_of(made_at)
    made = {"year": day.year, "month": day.month, "day": day.day}
    document: bytes = _compiler(template.parent).compile(
        input=str(template),
        format="pdf",
        sys_inputs={"data": json.dumps({**data, "made": made}, ensure_ascii=False)},
        pdf_standards=["a-2a"],
        timestamp=int(made_at.timestamp()),
    )
    return document


@functools.cache
def _compiler(folder: Path) -> Any:
    import typst

    return typst.Compiler(root=str(folder), ignore_system_fonts=True)
