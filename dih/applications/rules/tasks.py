"""The task list: which tasks an application has, how far each is, and all that is still missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dih.applications.rules import answers
from dih.applications.rules.answers import Words
from dih.applications.rules.money import Wanted, total
from dih.applications.vocabulary import TaskStatus
from dih.calls import eligibility
from dih.calls.conditions import AskedCheck
from dih.calls.content import CallContent
from dih.shared.errors import Problem
from dih.shared.money import Euro
from dih.shared.wording import N_, Text

ORGANISATION, SERVICES, DOCUMENTS, SUBMIT = "organisation", "services", "documents", "submit"
FIXED = frozenset({ORGANISATION, SERVICES, DOCUMENTS, SUBMIT})
SECTION = "section-"
"""The key of a section's task begins with it, so that no section can take the place of a fixed task."""
CONDITION, DECLARATION = "condition.", "declaration."
"""Keys of answers that are not answers to questions begin with these."""
CHOICE = "choice.services"
"""Under this name a clarification asks for other services; no question of a call can be called so."""


@dataclass(frozen=True, slots=True)
class AskedCondition:
    """A condition of eligibility that the applicant answers with yes or no."""

    key: str
    label: Words
    kind: str = "yes_no"
    required: bool = True
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    choices: Sequence[Any] = ()
    help: Words | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An application as it stands; `documents` holds the keys for which a file is attached.

    `size_wants` says whose figures are missing while the size of the enterprise is open because of them.
    """

    facts: eligibility.Facts
    answers: Mapping[str, Any]
    services: Sequence[Wanted]
    documents: Collection[str]
    size_wants: Sequence[Text] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the task list, with what stands in the way of its being done."""

    key: str
    title: str | Words
    status: TaskStatus
    problems: Sequence[Problem] = field(default=())


def asked_conditions(content: CallContent) -> list[AskedCondition]:
    """The conditions that the applicant answers, as fields."""
    return [
        AskedCondition(CONDITION + condition.key, condition.check.question)
        for condition in content.conditions
        if isinstance(condition.check, AskedCheck)
    ]


def asked_in(content: CallContent, task: str) -> list[answers.Asked]:
    """The fields of one task's page: a section's questions, or the conditions asked beside the organisation's data."""
    if task == ORGANISATION:
        return list(asked_conditions(content))
    return [question for question in content.questions if SECTION + question.section == task]


def all_asked(content: CallContent) -> dict[str, answers.Asked]:
    """Every field that holds an answer, by its key."""
    every: list[answers.Asked] = [*asked_conditions(content), *content.questions]
    return {asked.key: asked for asked in every}


def task_of(content: CallContent, key: str) -> str:
    """The task on whose page a field, document or declaration stands."""
    if key.startswith(CONDITION):
        return ORGANISATION
    if key.startswith(DECLARATION):
        return SUBMIT
    if any(document.key == key for document in content.documents):
        return DOCUMENTS
    return next((SECTION + question.section for question in content.questions if question.key == key), SERVICES)


def task_list(content: CallContent, draft: Draft) -> list[Task]:
    """All tasks, in the order in which they are best done."""
    tasks = [
        _answered(ORGANISATION, N_("Organisation and conditions"), content, draft, _organisation(content, draft)),
        _task(SERVICES, N_("Services"), services_problems(content, draft), bool(draft.services)),
    ]
    tasks += [_answered(SECTION + section.key, section.title, content, draft) for section in content.sections]
    if content.documents:
        tasks.append(_documents(content, draft))
    ready = all(task.status in (TaskStatus.DONE, TaskStatus.OPTIONAL) for task in tasks)
    status = TaskStatus.TO_DO if ready else TaskStatus.BLOCKED
    return [*tasks, Task(SUBMIT, N_("Check your answers and submit"), status)]


def missing(content: CallContent, draft: Draft) -> list[Problem]:
    """All that stands in the way of submitting, at once: every task's problems and the declarations not made."""
    problems = [problem for task in task_list(content, draft) for problem in task.problems]
    return problems + [
        Problem(DECLARATION + declaration.key, Text(N_("Confirm: “%(words)s”"), {"words": declaration.text}))
        for declaration in content.declarations
        if declaration.required and draft.answers.get(DECLARATION + declaration.key) is not True
    ]


def next_task(tasks: Sequence[Task], after: str) -> str:
    """Where "save and continue" leads: the next task that is not done, else the check of the answers."""
    keys = [task.key for task in tasks]
    later = tasks[keys.index(after) + 1 :] if after in keys else tasks
    waiting = (TaskStatus.TO_DO, TaskStatus.STARTED)
    return next((task.key for task in (*later, *tasks) if task.status in waiting and task.key != after), SUBMIT)


def prefilled(content: CallContent, earlier: Mapping[str, Any], earlier_kinds: Mapping[str, str]) -> dict[str, Any]:
    """The answers of an earlier application that fit this call: equal key, equal kind, and within its limits.

    Conditions and declarations are about the moment of applying, so they are not taken over.
    """
    return {
        question.key: earlier[question.key]
        for question in content.questions
        if earlier_kinds.get(question.key) == question.kind and answers.fits(question, earlier.get(question.key))
    }


def services_problems(content: CallContent, draft: Draft) -> list[Problem]:
    """What is wrong with the services chosen: none, one that the call does not offer, or too much money."""
    if not draft.services:
        return [Problem("services", Text(N_("Choose at least one service.")))]
    problems = []
    if not all(service.offered for service in draft.services):
        problems.append(Problem("services", Text(N_("A chosen service is not offered in this call. Take it out."))))
    rule = eligibility.money_rule(content, draft.facts)
    if rule is not None and total(draft.services) > rule.max_value_cents:
        text = N_("The services chosen cost %(total)s. One application may ask for %(most)s at most. Take one out.")
        values = {"total": Euro(total(draft.services)), "most": Euro(rule.max_value_cents)}
        problems.append(Problem("services", Text(text, values)))
    return problems


def _organisation(content: CallContent, draft: Draft) -> list[Problem]:
    if draft.size_wants and eligibility.looks_at_size(content):
        return [Problem(ORGANISATION, text) for text in draft.size_wants]
    if eligibility.money_rule(content, draft.facts) is not None:
        return []
    if draft.facts.size is None and any(rule.sizes for rule in content.money):
        text = N_("Enter the organisation's size figures: staff, turnover and balance sheet of the last closed year.")
    else:
        text = N_("This call is not meant for an organisation of this kind. Check the data of your organisation.")
    return [Problem(ORGANISATION, Text(text))]


def _answered(key: str, title: str | Words, content: CallContent, draft: Draft, more: Sequence[Problem] = ()) -> Task:
    fields = asked_in(content, key)
    found = (answers.problem_with(asked, draft.answers.get(asked.key)) for asked in fields)
    problems = [*more, *(problem for problem in found if problem)]
    begun = any(draft.answers.get(asked.key) not in (None, "", []) for asked in fields)
    optional = not begun and not any(asked.required for asked in fields) and bool(fields)
    return _task(key, title, problems, begun, optional)


def _documents(content: CallContent, draft: Draft) -> Task:
    problems = [
        Problem(document.key, Text(N_("Attach “%(document)s”."), {"document": document.label}))
        for document in content.documents
        if document.required and document.key not in draft.documents
    ]
    begun = any(document.key in draft.documents for document in content.documents)
    optional = not begun and not any(document.required for document in content.documents)
    return _task(DOCUMENTS, N_("Documents"), problems, begun, optional)


def _task(key: str, title: str | Words, problems: Sequence[Problem], begun: bool, optional: bool = False) -> Task:
    if problems:
        return Task(key, title, TaskStatus.STARTED if begun else TaskStatus.TO_DO, problems)
    return Task(key, title, TaskStatus.OPTIONAL if optional else TaskStatus.DONE)
