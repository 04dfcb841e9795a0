"""The tutorial's commands do what it says they do.

Every ```sh block of docs/tutorial/first-conversation.md is run in order by bash in one folder, against a demo server of the test's own: the
default ports in the text become that server's. A ```text block after it holds lines that its output must contain, `…` for anything.
Blocks that install, build or start (`script/…`, `git clone`) are left out: script/test has just done that.
"""
import os
import re
import subprocess

import pytest

from conftest import lacking
from players.server import RELEASE, ROOT
from players.waiting import wait_for

PAGE = os.path.join(ROOT, "docs", "tutorial", "first-conversation.md")


def blocks():
    with open(PAGE, encoding="utf-8") as f:
        return re.findall(r"^```(\w*)[^\n]*\n(.*?)^```", f.read(), re.S | re.M)


@pytest.mark.timeout(300)
def test_the_commands_of_the_tutorial(make_server):
    if not os.path.exists(PAGE):
        lacking(f"there is no {PAGE}")
    server = make_server(start=False, articles=False)
    os.remove(server.config)
    server.start("--http", f"127.0.0.1:{server.http}", "--smtp", f"127.0.0.1:{server.smtp}", "--line", f"127.0.0.1:{server.line}", config=False)
    ports = {"8080": server.http, "2525": server.smtp, "7070": server.line}
    said, run = "", 0
    for kind, text in blocks():
        text = re.sub(r"\b(8080|2525|7070)\b", lambda m: str(ports[m[1]]), text)
        if kind in ("sh", "bash"):
            if re.search(r"(?m)^\s*(script/|git clone|cd |nc 127)", text):
                said = None
                continue
            command = text.replace(".build/release/centralino", RELEASE)
            done = subprocess.run(["bash", "-eu", "-o", "pipefail", "-c", command], cwd=server.place, env=dict(os.environ, PATH=os.path.dirname(RELEASE) + ":" + os.environ["PATH"]),
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
            said, run = done.stdout + done.stderr, run + 1
            assert done.returncode == 0, f"{text}\n{said}"
        elif kind == "text" and said is not None:
            for line in filter(str.strip, text.splitlines()):
                pattern = ".*".join(re.escape(piece) for piece in line.strip().split("…"))
                assert re.search(pattern, said), f"not said: {line}\nsaid: {said}"
    assert run >= 3, "the tutorial has commands"
