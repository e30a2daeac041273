"""The words of State aid: kinds of links, of parties and of public holders, and the size classes with their labels."""

from __future__ import annotations

import enum

from dih.shared.wording import N_


class LinkKind(enum.StrEnum):
    """What makes two enterprises one undertaking: Regulation (EU) 2023/2831, Article 2(2), points (a) to (d)."""

    VOTES = "votes"
    BOARD = "board"
    CONTRACT = "contract"
    AGREEMENT = "agreement"


class PartyKind(enum.StrEnum):
    """What a party to a link is. Only enterprises carry a link on to others."""

    ENTERPRISE = "enterprise"
    PERSON = "person"
    PUBLIC_BODY = "public_body"


class HolderKind(enum.StrEnum):
    """Who holds a public share in an enterprise. All but `PUBLIC_BODY` are the exceptions of
    Recommendation 2003/361/EC, Annex, Article 3(2), second subparagraph."""

    PUBLIC_BODY = "public_body"
    INVESTMENT_COMPANY = "investment_company"
    UNIVERSITY = "university"
    INSTITUTIONAL_INVESTOR = "institutional_investor"
    SMALL_LOCAL_AUTHORITY = "small_local_authority"


class SizeClass(enum.StrEnum):
    """The size classes, from the smallest; `rank` puts them in order."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"

    @property
    def rank(self) -> int:
        """0 for micro up to 3 for large."""
        return list(SizeClass).index(self)


LINK_LABELS = {
    LinkKind.VOTES: N_("majority of votes"),
    LinkKind.BOARD: N_("right to appoint or remove most of the board"),
    LinkKind.CONTRACT: N_("dominant influence by contract or statutes"),
    LinkKind.AGREEMENT: N_("control of the votes by agreement with other shareholders"),
}

SIZE_LABELS = {
    SizeClass.MICRO: N_("micro-enterprise"),
    SizeClass.SMALL: N_("small enterprise"),
    SizeClass.MEDIUM: N_("medium-sized enterprise"),
    SizeClass.LARGE: N_("large enterprise"),
}
