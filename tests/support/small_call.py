"""A small call for tests of rules."""

from __future__ import annotations

from typing import Any

from dih.calls.content import CallContent


def both(words: str) -> dict[str, str]:
    return {"ro": words, "en": words}


def small_call(**more: Any) -> CallContent:
    """A call by order of arrival: one asked condition, two sections, one required document, two declarations."""
    plain: dict[str, Any] = {
        "title": both("A call"),
        "summary": both("Summary"),
        "description": both("Description"),
        "target_group": "public_institution",
        "method": "first_come",
        "reviews_per_application": 0,
        "services": ["S-ONE"],
        "budget_lines": ["L-ONE"],
        "days": {
            "routing_answer_working_days": 5,
            "clarification_working_days": 10,
            "review_working_days": 10,
            "acceptance_days": 30,
            "voucher_validity_days": 365,
            "appeal_days": 7,
            "grace_minutes": 10,
        },
        "money": [
            {
                "legal_natures": ["public_body", "enterprise"],
                "legal_basis": "none",
                "source": both("Law"),
                "eu_share_percent": 50,
                "national_share_percent": 40,
                "beneficiary_share_percent": 10,
                "max_value_cents": 1_000_000,
            }
        ],
        "conditions": [
            {
                "key": "nature",
                "text": both("Right kind"),
                "source": both("Guide"),
                "check": {"kind": "legal_nature", "one_of": ["public_body", "enterprise"]},
            },
            {
                "key": "funded",
                "text": both("Not funded twice"),
                "source": both("Guide"),
                "check": {"kind": "asked", "question": both("Funded already?"), "expected": False},
            },
        ],
        "sections": [{"key": "project", "title": both("Project")}, {"key": "extra", "title": both("Extra")}],
        "questions": [
            {
                "key": "project_title",
                "section": "project",
                "label": both("Title"),
                "kind": "text",
                "required": True,
                "max_length": 20,
            },
            {"key": "staff", "section": "project", "label": both("Staff"), "kind": "integer", "maximum": 100},
            {"key": "wishes", "section": "extra", "label": both("Wishes"), "kind": "long_text", "max_length": 100},
        ],
        "declarations": [
            {"key": "true_data", "text": both("All is true")},
            {"key": "story", "text": both("Tell my story"), "required": False},
        ],
        "documents": [
            {"key": "mandate", "label": both("Mandate"), "required": True, "kinds": ["pdf"], "max_mb": 5},
        ],
    }
    return CallContent.model_validate({**plain, **more})
