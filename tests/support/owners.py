"""Three cases and one person for each role: the case is the person's own, another's, or in a conflict of interest."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Collection, Mapping
from typing import Any

from dih.accounts.models import Person
from dih.accounts.operations import invite
from dih.aid import operations as aid
from dih.aid.earlier import Earlier, read_link
from dih.aid.queries import grants_of, graph_of, party_of
from dih.applications import operations as applications
from dih.applications.models import Application, AttachedDocument, Submission
from dih.applications.operations import move
from dih.conflicts import operations as conflicts
from dih.conflicts.operations import Declaration
from dih.conflicts.vocabulary import ConflictKind
from dih.decisions.models import Appeal, AppealDocument, Decision
from dih.decisions.vocabulary import AppealStatus, Outcome
from dih.delivery.models import Evidence, Milestone, WorkRecord
from dih.documents import operations as documents
from dih.documents import storage
from dih.extensions.database import db
from dih.organisations import queries as organisations
from dih.reviews.models import Review
from dih.reviews.vocabulary import ReviewStatus
from dih.routing.models import Routing, RoutingHelper
from dih.routing.vocabulary import RoutingMode, RoutingStatus
from dih.shared.access import HUB_ROLES, ORGANISATION_ROLES, PARTNER_ROLES, SYSTEM, Role, ScopeKind
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.operations import Grant
from dih.vouchers.rules import Shares
from dih.vouchers.vocabulary import VoucherStatus
from tests import factories
from tests.support.grids import GRID

CASES = ("own", "other", "conflict")


class Owners:
    """`people`: one of each role, who acts for the first organisation, its partner, or the hub.

    The second case belongs to another organisation and another partner; the third is like the first in the eyes of
    staff, who are in a conflict of interest with its organisation. Every case has a voucher in delivery, a review, a
    clarification, a document and evidence.
    """

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.found: dict[str, dict[str, Any]] = {}
        with unit_of_work():
            self.line = factories.envelope(now)
            self.partners = [factories.partner(now, is_lead=not number) for number in range(3)]
            self.services = [factories.service(self.partners)]
            self.version = factories.call(now, self.services, method="ranked", reviews_per_application=1, grid=GRID)
            self.organisations = {which: factories.organisation(now) for which in CASES}
            self.people = {role: self._somebody(role) for role in (*ORGANISATION_ROLES, *PARTNER_ROLES, *HUB_ROLES)}
            colleague = factories.member(Role.REVIEWER, now, self.partners[2].id)
            self.manager = factories.actor(*factories.member(Role.MANAGER, now))
            owners = {which: factories.member(Role.OWNER, now, of.id) for which, of in self.organisations.items()}
            self.reviewers = dict.fromkeys(CASES, self.people[Role.REVIEWER][0]) | {"other": colleague[0]}
            self.earlier = factories.member(Role.REVIEWER, now, self.partners[2].id)[0]
            self.personal: dict[tuple[str, Role | None], dict[str, Any]] = {}
            for which in CASES:
                self._case(which)
            for role, (person, membership) in self.people.items():
                self.personal.setdefault(("own", role), {})["membership_id"] = membership.id
                if role not in ORGANISATION_ROLES:
                    conflict = self._in_conflict(person.id, "conflict", owners)
                    self.personal["own", role]["conflict_id"] = conflict
            self.personal["other", None] = {
                "membership_id": owners["other"][1].id,
                "conflict_id": self._in_conflict(colleague[0].id, "other", owners),
            }
            self._invitations(owners)

    def _in_conflict(self, person_id: int, which: str, owners: Mapping[str, Any]) -> int:
        named = Declaration(self.organisations[which].id, None, ConflictKind.PERSONAL, "Known")
        return conflicts.declare_by_applicant(person_id, named, factories.actor(*owners[which]), self.now)

    def _invitations(self, owners: Mapping[str, Any]) -> None:
        """One of the own organisation, which the own owner withdraws, and one of another."""
        for which, holder in (("own", self.people[Role.OWNER]), ("other", owners["other"])):
            scope_id = self.organisations[which].id
            address = f"invited@{which}.test"
            made = invite(address, Role.READER, ScopeKind.ORGANISATION, scope_id, factories.actor(*holder), self.now)
            key = (which, Role.OWNER if which == "own" else None)
            self.personal[key]["invitation_id"] = made

    def values(self, which: str, role: Role, wanted: Collection[str], whole: bool) -> Mapping[str, Any] | None:
        """The values of an address for such a thing in the eyes of a role; None where there is none.

        `whole`: every id that the address names must be there, not only some of them.
        """
        if which == "conflict" and role in ORGANISATION_ROLES:
            return None
        known = {**self.found[which], **self.personal.get((which, None), {}), **self.personal.get((which, role), {})}
        lacking = {name for name in wanted if name.endswith(("_id", "_uuid"))} - known.keys()
        found = {name: known[name] for name in wanted if name in known}
        return None if not found or (whole and lacking) else found

    def _somebody(self, role: Role) -> Any:
        scope = 0
        if role in ORGANISATION_ROLES:
            scope = self.organisations["own"].id
        elif role in PARTNER_ROLES:
            scope = self.partners[1 if role is Role.REVIEWER else 0].id
        return factories.member(role, self.now, scope)

    def _case(self, which: str) -> None:
        partner = self.partners[1 if which == "other" else 0]
        made = factories.application(
            self.now, self.organisations[which], self.version, self.services, partner_id=partner.id
        )
        clarification = applications.ask_clarification(made.id, "Why?", [], self.manager, self.now)
        file_id = documents.store(io.BytesIO(b"%PDF-1.7\n%%EOF"), "plan.pdf", ["pdf"], 1_000, self.manager, self.now)
        attached = AttachedDocument(application_id=made.id, key="plan", file_id=file_id, attached_at=self.now)
        content = {"answers": {}, "services": [], "documents": []}
        version = Submission(application_id=made.id, number=1, submitted_at=self.now, content=content)
        asked = Routing(
            application_id=made.id,
            partner_id=partner.id,
            mode=RoutingMode.WORKER,
            status=RoutingStatus.ACCEPTED,
            scores=[],
            proposed_at=self.now,
            due_on=self.now.date(),
        )
        for action in ("find_eligible", "place", "start_review"):
            db.session.refresh(made)
            move(made, action, SYSTEM, self.now)
        review = self._review(made, self.reviewers[which], ReviewStatus.ASSIGNED)
        read = self._review(made, self.earlier, ReviewStatus.SUBMITTED)
        voucher = self._voucher(made)
        service = db.session.query(VoucherService).filter_by(voucher_id=voucher.id).one()
        milestone = Milestone(voucher_id=voucher.id, title="Start", due_on=self.now.date())
        evidence = Evidence(voucher_id=voucher.id, file_id=file_id, note="", added_at=self.now)
        work = WorkRecord(
            voucher_service_id=service.id, person_id=self.reviewers[which].id, day=self.now.date(), tenths=5, note=""
        )
        decision = Decision(
            application_id=made.id, outcome=Outcome.REJECTED, decided_at=self.now, reason="No", grounds=[]
        )
        db.session.add_all([attached, version, asked, milestone, evidence, work, decision])
        db.session.flush()
        db.session.add(RoutingHelper(routing_id=asked.id, service_id=self.services[0].id, partner_id=partner.id))
        appeal = Appeal(
            application_id=made.id,
            decision_id=decision.id,
            status=AppealStatus.DISMISSED,
            reasons="Why not?",
            filed_at=self.now,
            due_on=self.now.date(),
            ended_at=self.now,
        )
        db.session.add(appeal)
        db.session.flush()
        paper = AppealDocument(appeal_id=appeal.id, file_id=file_id)
        db.session.add(paper)
        db.session.flush()
        self.found[which] = {
            "application_uuid": made.uuid,
            "case_uuid": made.uuid,
            "clarification_id": clarification,
            "attachment_id": attached.id,
            "voucher_uuid": voucher.uuid,
            "milestone_id": milestone.id,
            "evidence_id": evidence.id,
            "work_id": work.id,
            "review_uuid": review.uuid,
            "number": 1,
            "decision_id": decision.id,
            "appeal_id": appeal.id,
            "appeal_document_id": paper.id,
            **self._aid(which),
        }
        for role in (Role.MANAGER, Role.AUDITOR):
            self.personal[which, role] = {"review_uuid": read.uuid}

    def _aid(self, which: str) -> dict[str, Any]:
        """The organisation, with earlier aid that it declared and a link with an enterprise outside."""
        of = self.organisations[which]
        file = storage.receive(io.BytesIO(b"%PDF-1.7\n%%EOF"), "act.pdf", ["pdf"], 1_000)
        earlier = Earlier("de_minimis", self.now.date(), 1_000_00, "EUR", "An agency", which)
        aid.declare(of.id, None, earlier, file, self.manager, self.now)
        fields = {"number": "RO18547290", "name": "Holding", "direction": "holds", "link": "board"}
        aid.state_link(of.id, None, read_link(fields, self.now.date()), self.manager, self.now)
        party = party_of(organisations.by_id(of.id))
        (row,) = (one for one in grants_of([party.id or 0]) if one.file_id)
        return {
            "organisation_uuid": of.uuid,
            "grant_uuid": row.uuid,
            "link_id": graph_of(party).links[-1].id,
        }

    def _review(self, of: Application, by: Person, status: ReviewStatus) -> Review:
        review = Review(
            application_id=of.id,
            reviewer_id=by.id,
            status=status,
            assigned_at=self.now,
            due_on=self.now.date(),
            marks={},
            remarks={},
            submitted_at=self.now if status is ReviewStatus.SUBMITTED else None,
        )
        db.session.add(review)
        db.session.flush()
        return review

    def _voucher(self, of: Application) -> Voucher:
        """A voucher in delivery, without the way there."""
        shares = Shares(50_000, 40_000, 10_000)
        grant = Grant(self.services[0].id, self.line, 100_000, shares)
        day = self.now.date()
        voucher = vouchers.issue(of, [grant], "gber_28", day, day, self.manager, self.now)
        voucher.status, voucher.redeemed_at = VoucherStatus.IN_DELIVERY, self.now
        db.session.flush()
        return voucher
