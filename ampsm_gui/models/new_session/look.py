"""What the core says about a repository and a base while a new session is being filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm_gui.models.new_session.form import Problem, problem_of

if TYPE_CHECKING:
    from ampsm.workflows.session import BaseFacts, RepositoryFacts


@dataclass(frozen=True)
class RepositoryLook:
    """What is known of the repository and the base, as far as it could be had, and the problems."""

    repository: RepositoryFacts | None = None
    base: BaseFacts | None = None
    problems: tuple[Problem, ...] = field(default=())


@dataclass(frozen=True)
class Choices:
    """What the fields offer: repositories and test scripts used last."""

    repositories: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


def choices(ctx: Context) -> Choices:
    """Everything that does not depend on what is filled in."""
    from ampsm.workflows.session import list_sessions, recent_repositories

    scripts = dict.fromkeys(found.script_command for found in list_sessions(ctx) if found.script_command)
    return Choices(tuple(recent_repositories(ctx)), tuple(scripts)[:10])


def models(ctx: Context) -> list[str]:
    """What this Amp offers, and what sessions have used; may take seconds the first time an Amp is asked."""
    from ampsm.workflows.session import model_choices

    return model_choices(ctx)


def look_at(ctx: Context, repository: str, base: str) -> RepositoryLook:
    """Looks at the repository, and at the base, or at the default one for an empty word. Changes nothing."""
    from ampsm.workflows.session import inspect_repository, resolve_session_base

    try:
        found = inspect_repository(ctx, repository)
    except UserError as error:
        return RepositoryLook(problems=(_problem(error),))
    problems = []
    resolved = None
    try:
        resolved = resolve_session_base(ctx, repository, base or None)
    except UserError as error:
        problems.append(_problem(error))
    return RepositoryLook(found, resolved, tuple(problems))


def _problem(error: UserError) -> Problem:
    return problem_of(error.code, error.message, error.hint, error.details)
