"""Stands in for GitHub's `gh`: knows `pr list` and `pr create`, and keeps what it is told in the file FAKE_GH names.

`{"fail": "words"}` in that file makes it say so and fail; `{"hang": seconds}` makes it wait.
"""

import json
import os
import sys
import time
from pathlib import Path

FILE = Path(os.environ["FAKE_GH"])


def main(words):
    known = json.loads(FILE.read_text()) if FILE.exists() else {}
    if known.get("hang"):
        time.sleep(known["hang"])
    if known.get("fail"):
        sys.exit(known["fail"])
    options = dict(zip(words[2::2], words[3::2], strict=False))
    requests = known.setdefault("requests", [])
    if words[:2] == ["pr", "list"]:
        found = [{"url": r["url"]} for r in requests if r["head"] == options["--head"]]
        print(json.dumps(found[: int(options["--limit"])]))
    elif words[:2] == ["pr", "create"]:
        assert options["--body-file"] == "-", words
        request = {
            "url": f"https://github.example/pull/{len(requests) + 1}",
            "head": options["--head"],
            "base": options["--base"],
            "title": options["--title"],
            "body": sys.stdin.read(),
        }
        requests.append(request)
        FILE.write_text(json.dumps(known))
        print("Creating pull request", file=sys.stderr)
        print(request["url"])
    else:
        sys.exit(f"unknown command {words}")


main(sys.argv[1:])
