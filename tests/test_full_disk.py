"""A disk that is full: refused with the right words, nothing lost that was acknowledged, and well again when there is room."""
import os
import smtplib
import subprocess
import time

import pytest

from conftest import lacking
from players import articles
from players.lines import LineCustomer
from players.partner import Partner, event
from players.waiting import wait_for
from test_mail import mail, send


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 32 MB in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(place)], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"mounting a tmpfs is not allowed here: {done.stderr.strip()}")
    yield str(place)
    subprocess.run(["umount", str(place)], check=False)


def fill(place):
    """A file that takes all the room there is."""
    path = os.path.join(place, "ballast")
    with open(path, "wb", buffering=0) as f:
        size = 1 << 20
        while size >= 512:
            try:
                f.write(b"\0" * size)
            except OSError:
                size //= 2
    return path


def test_a_full_disk_is_said_in_every_protocol_and_passes(make_server, small_disk, sinks):
    server = make_server(lambda s: s.update(data=os.path.join(small_disk, "data")), start=False)
    server.data = os.path.join(small_disk, "data")
    server.start()
    partner, acknowledged = Partner(server.http), []
    for n in range(20):
        if 200 <= partner.ask(f"before-{n}.", f"d-{n}") < 300:
            acknowledged.append(f"before-{n}.")
    assert len(acknowledged) == 20
    ballast = fill(small_disk)
    ended, said_http, said_smtp, said_line = False, [], [], []
    # Large messages, so that what SQLite has kept in reserve is used up too.
    for n in range(60):
        try:
            status, fields, _ = partner.send(event(f"full-{n}. " + "x" * 200_000, f"f-{n}"))
            if 200 <= status < 300:
                acknowledged.append(f"full-{n}.")
            else:
                said_http.append((status, fields.get("retry-after")))
        except Exception:
            ended = not server.running
        if ended or len(said_http) >= 3:
            break
    assert ended or said_http, "the disk did not fill up"
    if not ended:
        assert all(status in (503, 507) and retry for status, retry in said_http), said_http
        try:
            send(server, mail("full-mail " + "\r\n".join(["x" * 900] * 300))[1])
            acknowledged.append("full-mail")
        except smtplib.SMTPResponseException as answer:
            said_smtp.append(answer.smtp_code)
        assert said_smtp in ([452], []), said_smtp
        try:
            customer = LineCustomer(server.line)
            customer.greeting()
            customer.say("full-line " + "x" * 3900)
            said_line.append(customer.read(5))
        except OSError:
            pass
        assert server.get("/healthz")[0] == 200
    if not server.running:
        assert server.child.returncode not in (0, -11, -4, -6), "a clean end with an error, not a crash"
        os.remove(ballast)
        server.start()
    else:
        os.remove(ballast)
        wait_for("stored again without a restart, within 5 s", lambda: 200 <= partner.ask("after.", "after") < 300, 5, 0.2)
        acknowledged.append("after.")
    print(f"full disk: HTTP {said_http}, SMTP {said_smtp}, line {said_line}, {'ended by itself' if ended else 'kept running'}")
    wait_for("ready", lambda: server.get("/readyz")[0] == 200, 10)
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say(articles.question("invoice"))
    customer.hear(articles.phrase("invoice"))
    texts = [r["text"].split(" ")[0].strip() for r in server.rows(direction="in")]
    assert not set(acknowledged) - set(texts), "acknowledged and lost"
    assert all(texts.count(t) == 1 for t in acknowledged)
    assert server.check_store() == []
    assert server.stop()[0] == 0


def test_it_does_not_start_where_it_cannot_write(make_server, tmp_path):
    server = make_server(lambda s: s.update(data="/proc/no-such-place/data"), start=False)
    status, out, err = server.run("serve", timeout=15)
    assert status == 1 and "/proc/no-such-place" in out + err and "\n" not in (out + err).strip()[-1:]
