"""Writes the generated parts of the documentation: `python -m tests.docs.generate` (`make docs`).

A generated part stands between `<!-- generated: NAME -->` and `<!-- end -->`. `--check` writes nothing and ends with 1
when a part is not current.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args

import click
import msgspec

from ampsm.journal.events import EVENTS, CheckDone, Event, StepChanged, Waiting
from ampsm.model.errors import EXIT_CODES
from ampsm.model.settings import SETTINGS, Setting
from ampsm_cli.errors import PROGRAM
from ampsm_cli.group import SECTIONS, cli
from ampsm_cli.options import Command, GlobalOption, global_options
from tests.docs.pages import PAGES, ROOT

_PART = re.compile(r"(?<=<!-- generated: )(?P<name>[a-z]+)(?P<open> -->\n).*?(?=<!-- end -->)", re.S)
_SHELL_NOTE = re.compile(r"(?P<shell>\w+): +(?P<line>\S.*?)(?: {2,}(?P<note>\S.*))?")
_TYPES = {
    str: "text",
    int: "number",
    float: "number",
    bool: "true/false",
    dict: "object",
    list: "list",
    NoneType: "null",
    msgspec.UnsetType: "absent",
}

#: Examples whose commands end with another exit code than 0 in this release.
_EXAMPLE_EXIT = {"conflicts": 1, "resolve": 1, "continue-merge": 1, "abort-merge": 1}


def current(page: str) -> str:
    """The text of a page with its generated parts made anew."""
    return _PART.sub(lambda part: f"{part['name']}{part['open']}\n{PARTS[part['name']](page)}\n", page)


def commands(_page: str) -> str:
    """The reference of every command."""
    root = click.Context(cli, info_name=PROGRAM)
    parts = [_section(title, [_command(root, name) for name in entries]) for title, entries in SECTIONS.items()]
    shared = _table(("Option", "Meaning"), (_record(root, option) for option in global_options()))
    return "\n".join([*parts, f"## Global options\n\nEvery command takes them, before or after its name.\n\n{shared}"])


def settings(_page: str) -> str:
    """The table of settings."""
    return _table(
        ("Setting", "Type", "Default", "Environment", "Meaning"),
        ([f"`{s.key}`", _kind(s), _default(s), f"`{s.env}`" if s.env else "", s.help] for s in SETTINGS),
    )


def events(_page: str) -> str:
    """The table of journal events."""
    return _table(("Event", "Fields", "Meaning"), (_event(kind) for kind in EVENTS))


def progress(_page: str) -> str:
    """The table of what commands without a journal tell."""
    return _table(("Event", "Fields", "Meaning"), (_event(kind) for kind in (CheckDone, StepChanged, Waiting)))


def errors(page: str) -> str:
    """The table of error codes; what a code means is written by hand in the page and kept."""
    meanings = dict(re.findall(r"^\| `([a-z-]+)` \| \d+ \| (.*?) \|$", page, re.M))
    rows = ([f"`{code}`", str(int(exit_code)), meanings.get(code, "")] for code, exit_code in EXIT_CODES.items())
    return _table(("Code", "Exit", "What happened"), rows)


PARTS: dict[str, Callable[[str], str]] = {
    "commands": commands,
    "settings": settings,
    "events": events,
    "progress": progress,
    "errors": errors,
}


def _section(title: str, parts: Iterable[str]) -> str:
    return "\n".join([f"## {title}\n", *parts])


def _command(parent: click.Context, name: str) -> str:
    assert isinstance(parent.command, click.Group)
    found = parent.command.get_command(parent, name)
    assert found is not None
    ctx = click.Context(found, info_name=name, parent=parent)
    if isinstance(found, click.Group):
        parts = [_command(ctx, verb) for verb in found.list_commands(ctx)]
        return f"### `{ctx.command_path}`\n\n{_paragraphs(found.help)}\n\n" + "\n".join(parts)
    usage = " ".join([ctx.command_path, *found.collect_usage_pieces(ctx)])
    own = [p for p in found.get_params(ctx) if isinstance(p, click.Option) and not _is_global(p)]
    level = "###" if parent.parent is None else "####"
    text = f"{level} `{ctx.command_path}`\n\n{_paragraphs(found.help)}\n\n```text\n{usage}\n```\n\n"
    text += _table(("Option", "Meaning"), (_record(ctx, option) for option in own)) + "\n"
    assert isinstance(found, Command) and found.examples, f"{name} has no example"
    exit_code = f" exit={_EXAMPLE_EXIT[name]}" if name in _EXAMPLE_EXIT else ""
    examples = "\n".join(_example(example) for example in found.examples)
    return f"{text}```sh{exit_code}\n{examples}\n```\n"


def _is_global(option: click.Parameter) -> bool:
    return isinstance(option, GlobalOption) or "--help" in option.opts


def _record(ctx: click.Context, option: click.Parameter) -> list[str]:
    record = option.get_help_record(ctx)
    assert record is not None
    return [f"`{record[0]}`", " ".join(record[1].split())]


def _example(example: str) -> str:
    """The example as a line for a shell; `bash: LINE   where` becomes `LINE  # bash, where`."""
    if noted := _SHELL_NOTE.fullmatch(example):
        note = ", ".join(filter(None, (noted["shell"], noted["note"])))
        return f"{noted['line']}  # {note}"
    return example


def _paragraphs(text: str | None) -> str:
    """Help text without its line breaks; words of the command line are marked as code."""
    paragraphs = inspect.cleandoc(text or "").split("\n\n")
    joined = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    parts = re.split(r"(`[^`]+`)", joined)
    return "".join(
        part if part.startswith("`") else re.sub(r"(?<![\w-])(--[a-z][a-z-]*)", r"`\1`", part) for part in parts
    )


def _kind(setting: Setting) -> str:
    return " or ".join(f"`{choice}`" for choice in setting.choices) if setting.choices else setting.kind


def _default(setting: Setting) -> str:
    if setting.default is None:
        return ""
    return f"`{str(setting.default).lower()}`" if isinstance(setting.default, bool) else f"`{setting.default}`"


def _event(kind: type[Event]) -> list[str]:
    shared = {field.name for field in msgspec.structs.fields(Event)}
    own = [field for field in msgspec.structs.fields(kind) if field.name not in shared]
    named = ", ".join(f"`{field.encode_name}` ({_type(field.type)})" for field in own)
    return [f"`{kind.__struct_config__.tag}`", named, " ".join(inspect.getdoc(kind).split())]  # type: ignore[union-attr]


def _type(kind: Any) -> str:
    if isinstance(kind, UnionType):
        return " or ".join(_type(part) for part in get_args(kind))
    return _TYPES[getattr(kind, "__origin__", kind)]


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Writes the pages, or only checks them; 1 when a checked page is not current."""
    stale: list[Path] = []
    for page in PAGES:
        old = page.read_text()
        new = current(old)
        if new != old:
            stale.append(page)
            if "--check" not in arguments:
                page.write_text(new)
    for page in stale:
        print(("not current: " if "--check" in arguments else "written: ") + str(page.relative_to(ROOT)))
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
