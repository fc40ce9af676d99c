"""What the showcase's repositories hold and what its agents do."""

from __future__ import annotations

from typing import Any

_TOKENS = '''\
import jwt
from time import time

from orders.settings import SECRET

ALGORITHM = "HS256"


def issue_token(user_id: int) -> str:
    """Return a session token."""
    payload = {"sub": user_id, "exp": time() + 86400}
    return jwt.encode(payload, SECRET, ALGORITHM)


def refresh(token: str) -> str:
    return issue_token(verify_session(token))


def verify_session(token: str) -> int:
    try:
        data = jwt.decode(token, SECRET, [ALGORITHM])
    except Exception:
        return 0
    return data["sub"]
'''
_NEW_TOKENS = '''\
import jwt
from datetime import UTC, datetime, timedelta
from uuid import UUID

from orders.auth import PUBLIC, store

ALGORITHM = "EdDSA"
ACCESS_LIFETIME = timedelta(minutes=10)
REFRESH_LIFETIME = timedelta(days=30)


def issue_pair(user_id: int, family: UUID) -> "Pair":
    """Return an access token and its refresh token."""
    now = datetime.now(UTC)
    access = sign(user_id, now + ACCESS_LIFETIME)
    refresh = store.add(user_id, family, now)
    return Pair(access, refresh)


def refresh(token: str) -> str:
    return issue_token(verify_session(token))


def verify_session(token: str) -> int:
    try:
        data = jwt.decode(token, PUBLIC, [ALGORITHM])
    except jwt.ExpiredSignatureError:
        raise TokenExpired from None
    except jwt.InvalidTokenError as error:
        raise TokenRefused(str(error)) from None
    return data["sub"]
'''
_ROTATION = "".join(
    f"def revoke_{part}(family: str) -> int:\n    return store.drop({part!r}, family)\n\n\n"
    for part in ("family", "token", "device", "user")
)
_SETTINGS = """import { Section } from './section'
import { api } from './api'

export class Settings extends Section {
  title = t('settings.title')

  async save(form) {
    const email = form.email
    await api.put('/settings', { email })
  }

  // The form is shown again with the stored values.
  render() {
    return this.show(this.form)
  }
}
"""
_TYPED_SETTINGS = _SETTINGS.replace("{ api } from './api'", "{ api, Profile } from './api/typed'").replace(
    "save(form) {\n    const email = form.email\n    await api.put(",
    "save(form: Profile): Promise<void> {\n    const email = toEmail(form.email)\n    await api.put<Profile>(",
)
_MOVED_SETTINGS = (
    _SETTINGS.replace("{ api }", "{ api, locale }")
    .replace("form.email\n", "form.email.trim().toLowerCase()\n")
    .replace("{ email })", "{ email, locale })")
)
REPOSITORIES: dict[str, dict[str, str]] = {
    "orders-api": {
        "src/auth/tokens.py": _TOKENS,
        "src/auth/__init__.py": "",
        "src/api/login.py": "def login(request):\n    return issue_token(request.user.id)\n",
        "src/api/middleware.py": "def authenticate(request):\n    return verify_session(request.token)\n",
        "tests/test_tokens.py": "import unittest\n\n\nclass Tokens(unittest.TestCase):\n    def test_one(self):\n        pass\n",
        "pyproject.toml": '[project]\nname = "orders"\nversion = "1.4.0"\n',
    },
    "payments-svc": {"webhooks.py": "RETRIES = 0\n", "history.py": "def history():\n    return []\n"},
    "catalog": {
        "settings.ts": _SETTINGS,
        "themes.js": "module.exports = ['light', 'dark']\n",
        "search.py": "def search(words):\n    return [p for p in all_products() if words in p.name]\n",
    },
    "billing": {"invoices.py": "def month(invoice):\n    return invoice.date.month\n", "README.md": "# Billing\n"},
}
MOVED_ON = {"src/api/metrics.py": "REQUESTS = 0\n"}


def _usage(fresh: int, read: int, written: int, out: int) -> dict[str, int]:
    return {
        "input_tokens": fresh, "cache_read_input_tokens": read, "cache_creation_input_tokens": written, "output_tokens": out
    }  # fmt: skip


def _read(path: str, tokens: int = 9_000) -> dict[str, Any]:
    return {"name": "Read", "input": {"path": path}, "result": "1: …", "usage": _usage(900, tokens, 2_100, 310)}


def _bash(command: str, result: str, error: bool = False, seconds: float = 0.2) -> dict[str, Any]:
    usage = _usage(1_200, 24_000, 3_000, 420)
    return {
        "name": "Bash",
        "input": {"cmd": command},
        "result": result,
        "error": error,
        "seconds": seconds,
        "usage": usage,
    }


def _edit(path: str, tool: str = "edit_file") -> dict[str, Any]:
    return {
        "name": tool,
        "input": {"path": path},
        "result": "done",
        "seconds": 0.1,
        "usage": _usage(700, 31_000, 1_500, 980),
    }


def _simple(path: str, text: str, say: str, tokens: int = 20_000) -> dict[str, Any]:
    return {
        "tools": [_read(path, tokens), _edit(path)],
        "edits": {path: text},
        "text": say,
        "model": "claude-sonnet-4-5",
    }


_FAILED_TEST = (
    "FAILED tests/auth/test_rotation.py::test_reuse_revokes_family - assert 200 == 401\n1 failed, 17 passed in 11.82s"
)
SETTLED: dict[str, dict[str, Any]] = {
    "Drop Python 3.9": {
        "repo": "billing", "prompt": "Drop Python 3.9.", "options": ("--script", "true"),
        "iterations": [(_simple("README.md", "# Billing\n\nNeeds Python 3.10.\n", "Python 3.9 is gone."),)],
        "then": [("merge", "--message", "build!: drop Python 3.9")],
    },
    "Add a health endpoint": {
        "repo": "catalog", "prompt": "Add /health.",
        "iterations": [(_simple("health.py", "def health():\n    return 'ok'\n", "GET /health answers.", 60_000),)],
        "then": [("merge", "--message", "feat: add a health endpoint")],
    },
    "Rate-limit login attempts 🔐": {"repo": "orders-api", "prompt": "Limit login attempts to 5 a minute."},
    "Document the public API": {
        "repo": "orders-api", "prompt": "Document every public function.",
        "iterations": [(_simple("docs/api.md", "# API\n\n`login(request)` …\n", "Documented.", 40_000),)],
    },
    "Fix time zone in monthly invoices": {
        "repo": "billing", "prompt": "Invoices of the last evening land in the wrong month.", "options": ("--script", "true"),
        "iterations": [
            (_simple("invoices.py", "def month(invoice):\n    return invoice.date.astimezone(ZONE).month\n", "Fixed.", 90_000),),
            (_simple("zones.py", "ZONE = 'Europe/Berlin'\n", "Zone by customer.", 30_000), "--notes", "Zone by customer"),
        ],
    },
    "Speed up product search": {
        "repo": "catalog", "prompt": "Search takes 900 ms with 40,000 products.", "options": ("--script", "true"),
        "iterations": [
            (_simple("search.py", f"INDEX = {{}}\n# pass {n}\n", "Faster.", tokens), "--notes", f"Pass {n}: measure again")
            for n, tokens in enumerate((300_000, 90_000, 160_000, 210_000, 170_000, 140_000), 1)
        ],
    },
    "Pin base images by digest": {
        "repo": "billing", "prompt": "Pin base images by digest.",
        "iterations": [({"agent_error": "Not logged in. Run amp login.", "exit": 1},)],
    },
    "Migrate settings page to TypeScript": {
        "repo": "catalog", "prompt": "Move the settings page to TypeScript.",
        "iterations": [({
            **_simple("settings.ts", _TYPED_SETTINGS, "Moved."),
            "edits": {"settings.ts": _TYPED_SETTINGS, "themes.js": "module.exports = ['light', 'dark', 'high contrast']\n"},
        },)],
        "moved": {"settings.ts": _MOVED_SETTINGS, "themes.js": "module.exports = ['light', 'dark', 'system']\n"},
        "then": [("merge", "--message", "feat: move the settings page to TypeScript")],
    },
    "Retry webhook deliveries with exponential back-off and a dead-letter queue for what never arrives": {
        "repo": "payments-svc", "prompt": "Retry failed webhook deliveries.", "options": ("--script", "echo 2 failed; exit 1"),
        "iterations": [
            (_simple("webhooks.py", f"RETRIES = {n}\n", "Retries with back-off.", 50_000 * n), "--notes", f"Step {n}")
            for n in range(1, 5)
        ],
    },
}  # fmt: skip
JWT_PROMPT = "Replace the session cookies by JWT access tokens with refresh."
JWT_ITERATIONS: list[tuple[str, dict[str, Any]]] = [
    ("", {
        "thinking": "Where are tokens issued?",
        "tools": [_read("src/auth/tokens.py"), _read("src/api/login.py"), _edit("src/auth/tokens.py"), _edit("src/api/login.py")],
        "edits": {"src/auth/tokens.py": _NEW_TOKENS, "src/api/login.py": "def login(request):\n    return issue_pair(request.user.id, new_family())\n"},
        "text": "Login now answers with an **access token** and a *refresh token*:\n\n- `issue_pair()` signs both\n- sessions verify with `PUBLIC`", "model": "claude-sonnet-4-5",
    }),
    ("Issue refresh tokens at login", {
        "tools": [_read("src/api/middleware.py"), _edit("src/api/middleware.py"), _bash("python3 -m unittest -q", "OK")],
        "edits": {"src/api/middleware.py": "def authenticate(request):\n    try:\n        return verify_session(request.token)\n    except TokenExpired:\n        return None\n", "pyproject.toml": '[project]\nname = "orders"\nversion = "1.5.0"\ndependencies = ["pyjwt"]\n'},
        "text": "Refresh tokens are issued at login.", "model": "claude-sonnet-4-5",
    }),
]  # fmt: skip
JWT_RUNNING: tuple[str, dict[str, Any]] = (
    "Refresh tokens must rotate: a used one is refused and its whole family revoked. Cover it with tests.",
    {
        "thinking": "A used refresh token has to be found again, so the store keeps families.",
        "tools": [
            {**_read("src/auth/tokens.py"), "id": "t1"},
            {"name": "Task", "input": {"description": "Find every caller of issue_token()"}, "result": "6 callers", "id": "task", "seconds": 0.3},
            {"name": "Grep", "input": {"pattern": "issue_token\\(", "path": "src/"}, "result": "src/api/login.py:2", "parent": "task"},
            {"name": "Read", "input": {"path": "src/api/login.py"}, "result": "…", "parent": "task"},
            {"name": "Read", "input": {"path": "src/api/middleware.py"}, "result": "…", "parent": "task"},
            _edit("src/auth/rotation.py", "create_file"),
            _edit("src/auth/tokens.py"),
            _bash("pytest -q tests/auth", _FAILED_TEST, error=True, seconds=1.2),
            _edit("src/auth/rotation.py"),
            {"name": "Bash", "input": {"cmd": "pytest -q tests/auth"}},
        ],
        "edits": {"src/auth/rotation.py": _ROTATION, "tests/auth/test_rotation.py": "def test_reuse_revokes_family():\n    ...\n"},
        "model": "claude-sonnet-4-5",
    },
)  # fmt: skip
JWT_QUEUED = "Then limit POST /token to 5 requests a minute per client."
CSV_RUNNING: dict[str, Any] = {"tools": [_read("history.py", 60_000), {"name": "Bash", "input": {"cmd": "pytest -q"}}]}
