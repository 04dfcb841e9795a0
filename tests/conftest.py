"""What the end-to-end tests share. Each test has a server, a store and ports of its own, and ends what it started."""
import os
import re
import sys

import pytest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from players import certificates                     # noqa: E402
from players.server import DEBUG, RELEASE, Server    # noqa: E402
from players.sinks import Sinks                      # noqa: E402

# script/test sets this: there, what cannot be tested has failed, except where the kernel or the user does not allow it.
REQUIRE_ALL = os.environ.get("CENTRALINO_REQUIRE_ALL") == "1"


def pytest_sessionstart(session):
    if not os.path.exists(RELEASE):
        pytest.exit(f"there is no {RELEASE}: script/build makes it, CENTRALINO_BIN names another", 2)


def lacking(reason):
    """Skips by hand, fails in script/test: for tools that script/setup --tests installs."""
    (pytest.fail if REQUIRE_ALL else pytest.skip)(reason)


@pytest.fixture
def sinks():
    made = Sinks()
    yield made
    made.close()


@pytest.fixture
def make_server(tmp_path, sinks):
    """server = make_server(change=…, start=True, …): the real program. At the end SIGTERM must stop it within 10 s with exit status 0."""
    made = []

    def make(change=None, start=True, sinks=sinks, binary=None, articles=True, environment=None, name=None):
        place = tmp_path / (name or f"server{len(made)}")
        place.mkdir()
        server = Server(place, sinks, binary)
        server.environment = environment or {}
        server.configure(change, articles)
        made.append(server)
        return server.start() if start else server

    yield make
    problems = []
    for server in made:
        if server.running:
            status, _ = server.stop()
            if status != 0:
                problems.append(f"exit status {status} after SIGTERM")
        if os.path.exists(server.log_path):
            log = server.log()
            if re.search(r"Fatal error|Backtrace|Assertion failed|💣|Segmentation", log):
                problems.append("a crash in the log:\n" + log[-3000:])
    assert not problems, "\n".join(problems)


@pytest.fixture
def server(make_server):
    return make_server()


@pytest.fixture
def debug_binary():
    if not os.path.exists(DEBUG):
        lacking(f"there is no {DEBUG}: `swift build` makes it")
    return DEBUG


@pytest.fixture
def authority(tmp_path):
    folder = tmp_path / "certificates"
    folder.mkdir()
    return str(folder), certificates.authority(str(folder))
