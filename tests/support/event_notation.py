"""A text notation for event streams, so that a test shows the stream and not how it is built.

    events("start; say Looking; +a Bash cmd=ls; -a; $m1 100/20; ^c0ffee amp Add it; end succeeded")

One event between semicolons, the time one second on with each:

    start [PROMPT]        iteration_started            @NAME               phase
    say WORDS             assistant_text               ~WORDS              thinking
    say<ID WORDS          … of the sub-agent of call ID
    +ID[<PARENT] TOOL [KEY=VALUE]…                     tool_started
    -ID [MS]              tool_finished, success       !ID [WORDS]         … failed
    ?ID                   … nobody said
    $[ID] IN/OUT [MODEL]  usage (message id ID)        =[ASKED>]USED       model
    ^SHA KIND SUBJECT     commit                       #ID                 thread
    .WORDS                output on stdout             *CODE WORDS         warning
    done [WORDS]          agent_finished, success      broke WORDS         … failed
    test MS [EXIT]        test_finished                end STATUS          iteration_finished
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ampsm.journal import events as ev

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def events(notation: str, *, first_seq: int = 1) -> list[ev.AnyEvent]:
    """The numbered and stamped events of a stream."""
    stream = [event(word.strip()) for word in notation.split(";") if word.strip()]
    for index, item in enumerate(stream):
        item.seq = first_seq + index
        moment = START + timedelta(seconds=index)
        item.at = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return stream


def event(word: str) -> ev.AnyEvent:
    """One event, without number and time."""
    name, _, rest = word.partition(" ")
    sign, ident = name[0], name[1:]
    match name.partition("<")[0]:
        case "start":
            return ev.IterationStarted(number=1, prompt=rest or "do it", start_sha="base")
        case "say":
            return ev.AssistantText(text=rest, parent_id=name.partition("<")[2] or None)
        case "done":
            return ev.AgentFinished(success=True, text=rest or None)
        case "broke":
            return ev.AgentFinished(success=False, error=rest)
        case "end":
            return ev.IterationFinished(status=rest)
        case "test":
            milliseconds, exit_code = [*map(int, rest.split()), 0][:2]
            return ev.TestFinished(
                command="make test", exit_code=exit_code, passed=exit_code == 0, duration_ms=milliseconds
            )
    match sign:
        case "@":
            return ev.Phase(name=ident)
        case "#":
            return ev.Thread(thread_id=ident)
        case "~":
            return ev.Thinking(text=word[1:])
        case ".":
            return ev.OutputLine(stream="stdout", text=word[1:])
        case "*":
            return ev.Warned(code=ident, message=rest)
        case "=":
            asked, _, used = ident.rpartition(">")
            return ev.Model(requested=asked or None, used=used or None)
        case "^":
            kind, _, subject = rest.partition(" ")
            return ev.Commit(sha=ident, kind=kind, subject=subject)
        case "$":
            return _usage(ident, rest)
        case "+":
            return _tool_started(ident, rest)
        case "-":
            return ev.ToolFinished(id=ident, success=True, duration_ms=int(rest) if rest else None)
        case "!":
            return ev.ToolFinished(id=ident, success=False, error=rest or None)
        case "?":
            return ev.ToolFinished(id=ident, success=None)
    raise ValueError(f"no event notation: {word}")


def _usage(ident: str, rest: str) -> ev.UsageReported:
    tokens, _, model = rest.partition(" ")
    prompt, completion = map(int, tokens.split("/"))
    return ev.UsageReported(
        message_id=ident or None,
        prompt_tokens=prompt,
        completion_tokens=completion,
        total_tokens=prompt + completion,
        model=model or None,
    )


def _tool_started(ident: str, rest: str) -> ev.ToolStarted:
    call, _, parent = ident.partition("<")
    tool, *pairs = rest.split()
    args = dict(pair.split("=", 1) for pair in pairs)
    return ev.ToolStarted(id=call, tool=tool, args=args, parent_id=parent or None)
