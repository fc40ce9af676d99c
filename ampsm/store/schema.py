"""The tables, by the migration that makes them. Times are ISO 8601 UTC text, durations integer milliseconds.

In `iterations` the short columns stand before the long texts and `iterations_totals` covers what a session sums up,
so that listing a thousand sessions reads neither prompts nor telemetry.
"""

from __future__ import annotations

FIRST_SCHEMA: tuple[str, ...] = (
    """
    CREATE TABLE sessions(
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        prompt TEXT NOT NULL,
        repo TEXT NOT NULL,
        base_sha TEXT NOT NULL,
        branch TEXT NOT NULL,
        worktree TEXT NOT NULL,
        status TEXT NOT NULL,
        created_at TEXT NOT NULL,
        last_activity_at TEXT NOT NULL,
        base_branch TEXT,
        model TEXT,
        script_command TEXT,
        thread_id TEXT,
        merged_at TEXT,
        cleaned_up_at TEXT,
        blocked_by_tests INTEGER NOT NULL DEFAULT 0,
        test_leftovers TEXT,
        adopted INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    """
    CREATE TABLE iterations(
        id TEXT PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        status TEXT NOT NULL,
        started_at TEXT NOT NULL,
        ended_at TEXT,
        duration_ms INTEGER,
        model_requested TEXT,
        model TEXT,
        thread_id TEXT,
        start_sha TEXT NOT NULL,
        commit_sha TEXT,
        end_sha TEXT,
        changed_files INTEGER,
        insertions INTEGER,
        deletions INTEGER,
        test_command TEXT,
        test_exit_code INTEGER,
        test_passed INTEGER,
        test_duration_ms INTEGER,
        test_timed_out INTEGER,
        prompt_tokens INTEGER,
        completion_tokens INTEGER,
        total_tokens INTEGER,
        cache_read_tokens INTEGER,
        cache_write_tokens INTEGER,
        cost_usd REAL,
        estimated INTEGER NOT NULL DEFAULT 0,
        tool_calls INTEGER NOT NULL DEFAULT 0,
        tool_failures INTEGER NOT NULL DEFAULT 0,
        error TEXT,
        prompt TEXT NOT NULL,
        hook_output TEXT,
        UNIQUE(session_id, number)
    ) STRICT
    """,
    """
    CREATE INDEX iterations_totals ON iterations(
        session_id, number, prompt_tokens, completion_tokens, total_tokens, cache_read_tokens, cache_write_tokens,
        cost_usd, estimated
    )
    """,
    """
    CREATE TABLE tool_calls(
        iteration_id TEXT NOT NULL REFERENCES iterations(id) ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        tool TEXT NOT NULL,
        started_at TEXT NOT NULL,
        ended_at TEXT,
        success INTEGER,
        duration_ms INTEGER,
        parent_id TEXT,
        estimated INTEGER NOT NULL DEFAULT 0,
        error TEXT,
        args TEXT NOT NULL,
        PRIMARY KEY(iteration_id, seq)
    ) STRICT
    """,
    """
    CREATE TABLE usage(
        iteration_id TEXT NOT NULL REFERENCES iterations(id) ON DELETE CASCADE,
        model TEXT NOT NULL DEFAULT '',
        prompt_tokens INTEGER,
        completion_tokens INTEGER,
        total_tokens INTEGER,
        cache_read_tokens INTEGER,
        cache_write_tokens INTEGER,
        cost_usd REAL,
        estimated INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY(iteration_id, model)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE test_runs(
        id INTEGER PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
        iteration_id TEXT UNIQUE REFERENCES iterations(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        command TEXT NOT NULL,
        exit_code INTEGER NOT NULL,
        passed INTEGER NOT NULL,
        duration_ms INTEGER NOT NULL,
        timed_out INTEGER NOT NULL,
        tree_sha TEXT
    ) STRICT
    """,
    "CREATE INDEX test_runs_of_session ON test_runs(session_id, tree_sha)",
)

MERGES: tuple[str, ...] = (
    """
    CREATE TABLE merges(
        id TEXT PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
        operation TEXT NOT NULL,
        status TEXT NOT NULL,
        started_at TEXT NOT NULL,
        from_sha TEXT NOT NULL,
        to_sha TEXT,
        target TEXT,
        onto_sha TEXT,
        target_from TEXT,
        target_to TEXT,
        commit_sha TEXT,
        waiting_for TEXT,
        pushed INTEGER NOT NULL DEFAULT 0,
        pull_request TEXT,
        ended_at TEXT,
        undone_at TEXT
    ) STRICT
    """,
    "CREATE INDEX merges_of_session ON merges(session_id, started_at)",
)

#: Sessions whose files are still to be read for rows that are made of these. Whichever migration adds such rows, or
#: changes them, enters all sessions here: rows that were never made are no fault, and are made in passing.
TO_INDEX: tuple[str, ...] = (
    """
    CREATE TABLE to_index(
        session_id TEXT PRIMARY KEY REFERENCES sessions(id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID
    """,
    "INSERT INTO to_index SELECT id FROM sessions",
)
