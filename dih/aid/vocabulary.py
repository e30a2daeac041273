"""The words of State aid: kinds of links, of parties and of public holders, and the size classes with their labels."""

from __future__ import annotations

import enum

from dih.shared.access import Permission as Can
from dih.shared.transitions import Transition
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
    """Who holds a public share in an enterprise: a public body, or an enterprise that such bodies control (indirect
    control, Recommendation 2003/361/EC, Annex, Article 3(4)). The others are the exceptions of its Article 3(2)."""

    PUBLIC_BODY = "public_body"
    STATE_OWNED = "state_owned"
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
        return _RANKS[self]


_RANKS = {size: rank for rank, size in enumerate(SizeClass)}


class GrantOrigin(enum.StrEnum):
    """How the register came to know of a grant."""

    HUB = "hub"
    DECLARED = "declared"
    IMPORTED = "imported"


class GrantStatus(enum.StrEnum):
    """Where a grant stands. Pending and granted aid counts in the window, withdrawn aid does not."""

    PENDING = "pending"
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


GRANT_ORIGIN_LABELS = {
    GrantOrigin.HUB: N_("This hub"),
    GrantOrigin.DECLARED: N_("Declared, with document"),
    GrantOrigin.IMPORTED: N_("Imported"),
}

GRANT_STATUS_LABELS = {
    GrantStatus.PENDING: N_("Reserved"),
    GrantStatus.GRANTED: N_("Granted"),
    GrantStatus.WITHDRAWN: N_("Withdrawn"),
}

GRANT_STATUS_COLOURS = {
    GrantStatus.PENDING: "amber",
    GrantStatus.GRANTED: "green",
    GrantStatus.WITHDRAWN: "grey",
}

GRANT_STATUS_TRANSITIONS = (
    Transition("grant", GrantStatus.PENDING, GrantStatus.GRANTED, None),
    Transition("reduce", GrantStatus.GRANTED, GrantStatus.GRANTED, None),
    Transition("restore", GrantStatus.GRANTED, GrantStatus.GRANTED, None),
    Transition("withdraw", GrantStatus.PENDING, GrantStatus.WITHDRAWN, None),
    Transition("withdraw", GrantStatus.GRANTED, GrantStatus.WITHDRAWN, None),
    Transition("strike", GrantStatus.GRANTED, GrantStatus.WITHDRAWN, Can.MANAGE_AID),
)
"""What nobody may do alone follows the voucher; only what others granted is struck by hand."""

BASIS_LABELS = {
    "gber_28": N_("Innovation aid for SMEs"),
    "de_minimis": N_("De minimis aid"),
}
"""The bases with a ceiling, as people call them."""

PARTY_LABELS = {
    PartyKind.ENTERPRISE: N_("Enterprise"),
    PartyKind.PUBLIC_BODY: N_("Public body"),
}
"""What a party may be entered as. Natural persons are not kept: nobody is linked through them."""

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
