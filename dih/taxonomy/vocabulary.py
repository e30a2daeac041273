"""Lists fixed by the programme; counties, technologies and sectors, which are many, lie in `terms`."""

from __future__ import annotations

import enum

from dih.shared.wording import N_


class TargetGroup(enum.StrEnum):
    """Whom a call is for."""

    PRODUCTION_SME = "production_sme"
    PUBLIC_INSTITUTION = "public_institution"
    HEALTH_ORGANISATION = "health_organisation"


TARGET_GROUP_LABELS = {
    TargetGroup.PRODUCTION_SME: N_("SMEs in production"),
    TargetGroup.PUBLIC_INSTITUTION: N_("Public institutions"),
    TargetGroup.HEALTH_ORGANISATION: N_("Health organisations"),
}


class Category(enum.StrEnum):
    """The four kinds of services of a European Digital Innovation Hub."""

    TEST_BEFORE_INVEST = "test_before_invest"
    SKILLS = "skills"
    INVESTMENT = "investment"
    ECOSYSTEM = "ecosystem"


CATEGORY_LABELS = {
    Category.TEST_BEFORE_INVEST: N_("Test before invest"),
    Category.SKILLS: N_("Skills and training"),
    Category.INVESTMENT: N_("Support to find investment"),
    Category.ECOSYSTEM: N_("Innovation ecosystem and networking"),
}


class Area(enum.StrEnum):
    """The hub's three areas."""

    CYBERSECURITY = "cybersecurity"
    ROBOTICS = "robotics"
    DIGITAL_SKILLS = "digital_skills"


AREA_LABELS = {
    Area.CYBERSECURITY: N_("Cybersecurity"),
    Area.ROBOTICS: N_("Intelligent robotics"),
    Area.DIGITAL_SKILLS: N_("Digital skills"),
}
