"""The aid engine for anyone, as JSON: the same questions and answers as `flask aid check` and `flask aid size`.

They read the body alone, no session and no database, and keep nothing: so they need no token.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, request

from dih.aid import answers
from dih.aid.case_values import Value, parse_json
from dih.aid.views import blueprint
from dih.extensions.web import csrf, limiter
from dih.shared import access
from dih.shared.errors import BrokenRule

MOST_BYTES = 100_000
RATE = "60 per minute"


@blueprint.post("/api/aid/check")
@access.public
@csrf.exempt
@limiter.limit(RATE)
def check() -> tuple[Response, int]:
    """Whether a new grant fits: the case of `flask aid check` as the body."""
    return _answer(answers.checked)


@blueprint.post("/api/aid/size")
@access.public
@csrf.exempt
@limiter.limit(RATE)
def size() -> tuple[Response, int]:
    """The size class of an enterprise: the case of `flask aid size` as the body."""
    return _answer(answers.sized)


def _answer(judge: Callable[[Value], dict[str, Any]]) -> tuple[Response, int]:
    body = request.stream.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return jsonify(field="case", message=f"A case may have {MOST_BYTES} bytes at most."), 413
    try:
        return jsonify(judge(parse_json(body))), 200
    except BrokenRule as rule:
        problem = rule.problems[0]
        return jsonify(field=problem.field, message=str(problem.text)), 400
