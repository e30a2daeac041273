"""The task list, all that is missing at once, and what an earlier application fills in."""

from __future__ import annotations

from typing import Any

from dih.applications.rules import money, tasks
from dih.applications.rules.money import Wanted
from dih.applications.rules.tasks import Draft
from dih.applications.vocabulary import TaskStatus
from dih.calls.eligibility import Facts
from dih.organisations.vocabulary import LegalNature
from tests.support.small_call import both, small_call

FACTS = Facts(legal_nature=LegalNature.PUBLIC_BODY, county="CJ", economic_activity=False)
COMPLETE = {"project_title": "Title", "condition.funded": False, "declaration.true_data": True}


def draft(answers: dict[str, Any] | None = None, price: int = 500_000, facts: Facts = FACTS, **more: Any) -> Draft:
    services = more.get("services", [Wanted(1, price)])
    return Draft(facts, answers or {}, services, more.get("documents", {"mandate"}))


def statuses(one: Draft) -> dict[str, TaskStatus]:
    return {task.key: task.status for task in tasks.task_list(small_call(), one)}


def test_the_tasks_of_a_call_and_their_states() -> None:
    empty = statuses(draft(services=[], documents=set()))
    assert empty == {
        "organisation": TaskStatus.TO_DO,
        "services": TaskStatus.TO_DO,
        "section-project": TaskStatus.TO_DO,
        "section-extra": TaskStatus.OPTIONAL,
        "documents": TaskStatus.TO_DO,
        "submit": TaskStatus.BLOCKED,
    }
    begun = statuses(draft({"staff": 4}, services=[], documents=set()))
    assert begun["section-project"] is TaskStatus.STARTED
    assert statuses(draft(COMPLETE))["submit"] is TaskStatus.TO_DO


def test_everything_missing_is_named_at_once() -> None:
    bare = draft({"staff": {"typed": "x"}}, services=[], documents=[])
    assert [problem.field for problem in tasks.missing(small_call(), bare)] == [
        "condition.funded",
        "services",
        "project_title",
        "staff",
        "mandate",
        "declaration.true_data",
    ]
    assert tasks.missing(small_call(), draft(COMPLETE)) == []


def test_an_organisation_that_no_money_rule_covers_cannot_submit() -> None:
    other = Facts(legal_nature=LegalNature.SOLE_TRADER, economic_activity=True)
    assert [problem.field for problem in tasks.missing(small_call(), draft(COMPLETE, facts=other))] == ["organisation"]


def test_services_must_belong_to_the_call_and_fit_its_most() -> None:
    strange = draft(COMPLETE, services=[Wanted(1, 100, offered=False)])
    assert [str(problem.text) for problem in tasks.services_problems(small_call(), strange)] == [
        "A chosen service is not offered in this call. Take it out."
    ]
    dear = draft(COMPLETE, services=[Wanted(1, 600_000), Wanted(2, 400_001)])
    assert "EUR 10,000.01" in str(tasks.services_problems(small_call(), dear)[0].text)
    assert tasks.services_problems(small_call(), draft(services=[Wanted(1, 600_000), Wanted(2, 400_000)])) == []


def test_the_envelope_bears_its_shares_to_the_cent() -> None:
    rule = small_call().money[0]
    assert money.envelope_cents(1_005, rule) == 905  # 904.5 rounded half up
    assert money.total([Wanted(1, 1_005), Wanted(2, 5)]) == 1_010


def test_continue_leads_to_the_next_task_that_waits_and_at_last_to_the_check() -> None:
    listed = tasks.task_list(small_call(), draft({"condition.funded": False}))
    assert tasks.next_task(listed, "services") == "section-project"
    assert tasks.next_task(listed, "documents") == "section-project"
    assert tasks.next_task(tasks.task_list(small_call(), draft(COMPLETE)), "services") == "submit"


def test_a_second_application_takes_over_equal_questions_only() -> None:
    earlier = {
        "project_title": "A title that is longer than twenty",
        "staff": 12,
        "wishes": 5,
        "gone": "x",
        "condition.funded": False,
        "declaration.true_data": True,
    }
    kinds = {"project_title": "text", "staff": "integer", "wishes": "integer", "gone": "text"}
    assert tasks.prefilled(small_call(), earlier, kinds) == {"staff": 12}


def test_each_field_lies_on_the_page_of_one_task() -> None:
    content = small_call()
    assert tasks.task_of(content, "wishes") == "section-extra"
    assert tasks.task_of(content, "mandate") == "documents"
    assert tasks.task_of(content, "condition.funded") == "organisation"
    assert tasks.task_of(content, "declaration.true_data") == "submit"
    assert tasks.task_of(content, "services") == "services"


def test_a_section_may_be_called_like_a_fixed_task() -> None:
    content = small_call(
        sections=[{"key": "services", "title": both("Services in use")}],
        questions=[{"key": "in_use", "section": "services", "label": both("Which?"), "kind": "text", "max_length": 10}],
    )
    assert [task.key for task in tasks.task_list(content, draft())].count("services") == 1
    assert [asked.key for asked in tasks.asked_in(content, "section-services")] == ["in_use"]
    assert tasks.asked_in(content, "services") == []
