"""What the operator relies on: health, metrics, logs, settings, TLS, stopping, the demo's separation, commands on the store while it serves."""
import glob
import json
import os
import re
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import threading
import time

import pytest

from players import articles, certificates
from players.lines import LineCustomer
from players.partner import Partner
from players.server import AGENT_TOKEN, EVENTS_TOKEN, KEY, RELEASE, Server
from players.waiting import free_port, wait_for
from test_mail import mail, send


def test_health_readiness_and_metrics(server):
    assert server.get("/healthz")[0] == 200
    status, _, body = server.get("/readyz")
    assert status == 200, body
    assert 200 <= Partner(server.http).ask(articles.question("warranty"), "m-1") < 300
    wait_for("an answer", lambda: server.rows(direction="out"))
    status, fields, body = server.get("/metrics")
    assert status == 200 and fields["content-type"].startswith("text/plain")
    names = set()
    for line in body.decode().splitlines():
        if line and not line.startswith("#"):
            match = re.fullmatch(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)*\})? -?(?:[0-9.eE+-]+|\+Inf|NaN)', line)
            assert match, f"not the Prometheus text format: {line!r}"
            names.add(match[1])
    assert [n for n in names if n.startswith("centralino_")]
    assert {line.split()[2] for line in body.decode().splitlines() if line.startswith("# TYPE")}, "metrics have a TYPE line"


def test_the_log_holds_no_customers_text_address_or_secret(server, sinks):
    words = "pelargonium-in-the-message"
    assert 200 <= Partner(server.http).ask(f"{words} webhook", "log-1", author="user-pelargonium") < 300
    ident, data = mail(f"{words} mail", subject="pelargonium-subject", sender="pelargonium@customer.test")
    send(server, data, "pelargonium@customer.test")
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say(f"{words} line")
    customer.read()
    Partner(server.http).post(b"pelargonium", {"webhook-id": "pelargonium", "webhook-timestamp": "1", "webhook-signature": "v1,pelargonium"})
    server.get("/channels/partner?secret=pelargonium", headers={"Authorization": "Bearer pelargonium"})
    server.get("/api/v1/conversations", headers={"Authorization": f"Bearer {AGENT_TOKEN}"})
    wait_for("all three stored", lambda: len(server.rows(words, "in")) == 3)
    wait_for("the mail's reply", lambda: sinks.mails_about(ident))
    log = server.log()
    for secret in ("pelargonium", KEY, EVENTS_TOKEN, AGENT_TOKEN, customer.token):
        assert secret not in log, f"{secret[:6]}… in the log: " + next(line for line in log.splitlines() if secret in line)[:300]


def test_the_program_runs_wherever_it_is_put(make_server, tmp_path):
    # Below a folder that is called as one of its own: what it gives back of its memory at the start must not be what it has written.
    there = tmp_path / "Tables"
    there.mkdir()
    shutil.copy2(RELEASE, there)
    for resources in glob.glob(os.path.join(os.path.dirname(os.path.realpath(RELEASE)), "*.resources")):
        shutil.copytree(resources, there / os.path.basename(resources))
    server = make_server(binary=str(there / os.path.basename(RELEASE)))
    assert 200 <= Partner(server.http).ask(articles.question("warranty"), "m-1") < 300
    wait_for("an answer", lambda: server.rows(direction="out"))


def test_no_settings_at_all_is_a_working_server(make_server):
    server = make_server(start=False, articles=False)
    os.remove(server.config)
    server.start("--http", f"127.0.0.1:{server.http}", "--smtp", f"127.0.0.1:{server.smtp}", "--line", f"127.0.0.1:{server.line}", config=False)
    status, _, page = server.get("/")
    assert status == 200 and b"/console/" in page and b"swaks" in page and b"nc " in page
    facts = json.loads(server.get("/api/v1/welcome")[2])   # the page fills them in; test_console.py looks at the page itself
    for port in (server.http, server.smtp, server.line):
        assert str(port) in json.dumps(facts), f"what to try names the port {port}"
    log = wait_for("the one-time link", lambda: server.log() if re.search(r"http://\S+", server.log()) else None)
    assert re.search(r"http://\S*(invite|invitation|welcome|setup|join|link|token|console)\S*", log)
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say("Quanto costa la spedizione?")
    assert customer.read()


def test_demo_data_and_real_data_never_mix(make_server):
    demo = make_server(start=False, articles=False)
    os.remove(demo.config)
    ports = ("--http", f"127.0.0.1:{demo.http}", "--smtp", f"127.0.0.1:{demo.smtp}", "--line", f"127.0.0.1:{demo.line}")
    folder = os.path.join(demo.place, "somewhere")
    demo.start("--demo", "--data", folder, *ports, config=False)
    assert demo.stop()[0] == 0
    real = subprocess.run([demo.binary, "serve", "--data", folder, "--config", "/dev/null", *ports], cwd=demo.place, capture_output=True, text=True, timeout=20)
    assert real.returncode == 1 and "demo" in (real.stdout + real.stderr)
    server = make_server(name="real")
    assert server.stop()[0] == 0
    mixed = subprocess.run([server.binary, "serve", "--demo", "--config", server.config], cwd=server.place, capture_output=True, text=True, timeout=20)
    assert mixed.returncode == 1 and "demo" in (mixed.stdout + mixed.stderr)


def test_check_prints_every_setting_and_where_it_came_from(make_server):
    server = make_server(start=False)
    server.environment["CENTRALINO_HTTP_LISTEN"] = f"127.0.0.1:{free_port()}"
    status, out, err = server.run("check")
    assert status == 0, out + err
    assert server.environment["CENTRALINO_HTTP_LISTEN"] in out and "CENTRALINO_HTTP_LISTEN" in out, "the origin of a setting is named"
    assert "header_seconds" in out and "default" in out.lower(), "settings that were not written are shown too"
    for secret in (KEY, EVENTS_TOKEN, AGENT_TOKEN):
        assert secret not in out
    assert not os.path.exists(os.path.join(server.data, "centralino.sqlite")) and server.child is None


@pytest.mark.parametrize("text, line, word", [
    ("data: ./data\nhttp: { listen: 127.0.0.1:8080 }\nhtpp: { listen: x }\n", 3, "htpp"),
    ("http:\n  listen: 127.0.0.1:99999\n", 2, "listen"),
    ("limits:\n  header_seconds: soon\n", 2, "header_seconds"),
    ("limits:\n  header_seconds: -1\n", 2, "header_seconds"),
    ("channels:\n  - name: partner\n    adapter: standard-webhoks\n", 3, "standard-webhoks"),
    ("channels:\n  - name: partner\n    adapter: standard-webhooks\n    settings: { reply_ulr: \"http://a\" }\n    secrets: { keys: [\"whsec_" + KEY + "\"] }\n", 4, "reply_ulr"),
    ("channels:\n  - name: a\n    adapter: cloudevents\n    secrets: { token: \"${NO_SUCH_VARIABLE_HERE}\" }\n", 4, "NO_SUCH_VARIABLE_HERE"),
    ("channels:\n  - name: a\n    adapter: cloudevents\n    secrets: { token: abcdefgh12345678 }\n  - name: a\n    adapter: cloudevents\n    secrets: { token: abcdefgh12345678 }\n", 5, "a"),
    ("http: { listen: 127.0.0.1:8080\nsmtp: 1\n", 2, "YAML"),
])
def test_a_wrong_setting_is_named_with_its_line(make_server, text, line, word):
    server = make_server(start=False)
    with open(server.config, "w") as f:
        f.write(text)
    for words in (("check",), ("serve",)):
        status, out, err = server.run(*words, timeout=15)
        assert status == 1, (words, out, err)
        said = out + err
        assert word in said, (words, said)
        assert line is None or re.search(rf"centralino\.yaml:{line}\b|line {line}\b", said), (words, said)


def test_store_commands_work_while_it_serves(make_server, tmp_path):
    server = make_server()
    partner = Partner(server.http)
    for n in range(20):
        assert 200 <= partner.ask(articles.question(articles.IDS[n % 8]), f"s-{n}") < 300
    assert server.check_store() == []
    wait_for("twenty answers", lambda: len(server.rows(direction="out")) >= 20)
    rows = server.export()
    assert len({r["id"] for r in rows}) == len(rows)
    for row in rows:
        assert set(row) >= {"id", "conversation", "customer", "channel", "direction", "author", "external_id", "text", "state", "attempts", "created_at"}
    conversations = server.export("--conversations")
    assert len(conversations) == 20 and all(set(c) >= {"id", "customer", "owner", "status", "channel", "created_at"} for c in conversations)
    assert len(server.export("--events")) >= 40

    # a backup while messages keep coming in holds everything that was acknowledged before it began
    stop, acknowledged = threading.Event(), []

    def keep_sending():
        sender, n = Partner(server.http), 0
        while not stop.is_set():
            n += 1
            if 200 <= sender.ask(f"backup-{n}.", f"b-{n}") < 300:
                acknowledged.append(f"backup-{n}.")
    thread = threading.Thread(target=keep_sending)
    thread.start()
    try:
        wait_for("some messages", lambda: len(acknowledged) > 20)
        before, copy = list(acknowledged), str(tmp_path / "backup")
        status, out, err = server.run("store", "backup", copy)
        assert status == 0, out + err
        assert server.check_store() == []
    finally:
        stop.set()
        thread.join()
    other = make_server(start=False, name="restored")
    status, out, err = other.run("store", "restore", copy)
    assert status == 0, out + err
    assert other.check_store() == []
    texts = [r["text"] for r in other.export()]
    assert not set(before) - set(texts) and len([t for t in texts if t.startswith("backup-")]) == len({t for t in texts if t.startswith("backup-")})
    status, out, err = other.run("store", "restore", copy)
    kept = re.search(r"\S+before-restore\S+", out)
    assert status == 0 and kept and os.path.getsize(os.path.join(other.place, kept[0])) > 0, f"what was stored before is kept and named: {status} {out} {err}"
    assert other.start().get("/readyz")[0] == 200 and 200 <= Partner(other.http).ask("after the restore", "r-1") < 300
    with open(str(tmp_path / "nonsense"), "wb") as f:
        f.write(b"x" * 10000)
    third = make_server(start=False, name="third")
    assert third.run("store", "restore", str(tmp_path / "nonsense"))[0] == 1


def test_store_commands_work_when_it_is_stopped(server):
    assert 200 <= Partner(server.http).ask("kept", "k-1") < 300
    assert server.stop()[0] == 0
    assert server.check_store() == [] and len(server.rows("kept", "in")) == 1
    status, out, _ = server.run("store", "check", "--data", server.data, config=False)
    assert (status, out.strip()) == (0, "")


def test_the_store_syncs_every_commit(server):
    """What `synchronous` the writer really uses is not to be seen from outside but by its system calls: a commit is a fdatasync."""
    if subprocess.run(["which", "strace"], capture_output=True).returncode:
        pytest.skip("strace is not installed")
    trace = os.path.join(server.place, "trace")
    tracer = subprocess.Popen(["strace", "-f", "-e", "trace=fdatasync,fsync", "-o", trace, "-p", str(server.child.pid)], stderr=subprocess.PIPE)
    try:
        if b"attached" not in tracer.stderr.readline():
            pytest.skip("strace may not attach here")
        partner = Partner(server.http)
        for n in range(10):
            assert 200 <= partner.ask(f"sync {n}", f"y-{n}") < 300
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(10)
    with open(trace) as f:
        assert len(re.findall(r"f(?:data)?sync\(\d+\)", f.read())) >= 10


def test_https_and_a_certificate_that_is_reloaded(make_server, authority):
    folder, ca = authority
    certificate, key = certificates.certificate(folder, "http", ca, "first")
    server = make_server(lambda s: s["http"].update(tls={"certificate": certificate, "key": key}), start=False)
    server.start(wait=False)

    def curl(*words):
        return subprocess.run(["curl", "-sS", "--cacert", ca[0], "--max-time", "5", *words, f"https://localhost:{server.http}/healthz"], capture_output=True, text=True)
    wait_for("https", lambda: curl().returncode == 0)
    assert curl("--tls-max", "1.2").returncode == 0 and curl("--tlsv1.3").returncode == 0
    assert curl("--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0").returncode != 0

    def subject():
        context = ssl.create_default_context(cafile=ca[0])
        with socket.create_connection(("127.0.0.1", server.http), timeout=5) as s, context.wrap_socket(s, server_hostname="localhost") as t:
            return dict(x[0] for x in t.getpeercert()["subject"])["commonName"]
    assert subject() == "first"
    certificates.certificate(folder, "http", ca, "second")
    server.child.send_signal(signal.SIGHUP)
    wait_for("the second certificate", lambda: subject() == "second", 5)
    with open(certificate, "w") as f:
        f.write("not a certificate")
    server.child.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert subject() == "second", "a broken file is refused and the old certificate goes on"
    assert server.running


def test_plain_http_on_the_tls_port_ends_and_harms_nobody(make_server, authority):
    folder, ca = authority
    certificate, key = certificates.certificate(folder, "http", ca)
    server = make_server(lambda s: s["http"].update(tls={"certificate": certificate, "key": key}), start=False).start(wait=False)
    context = ssl.create_default_context(cafile=ca[0])

    def healthy():
        try:
            with socket.create_connection(("127.0.0.1", server.http), timeout=5) as s, context.wrap_socket(s, server_hostname="localhost") as t:
                t.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return t.recv(1000).startswith(b"HTTP/1.1 200")
        except OSError:
            return False
    wait_for("https", healthy)
    for hello in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x00\x05hello", b"\x00" * 5000):
        with socket.create_connection(("127.0.0.1", server.http), timeout=10) as s:
            s.sendall(hello)
            try:
                while s.recv(4096):
                    pass
            except ConnectionError:
                pass
    assert healthy()


def test_a_port_that_is_taken_is_one_clear_line(make_server):
    server = make_server()
    other = make_server(lambda s: s["http"].update(listen=f"127.0.0.1:{server.http}"), start=False)
    status, out, err = other.run("serve", timeout=15)
    assert status == 1 and str(server.http) in out + err


def test_a_second_server_on_the_same_data_is_refused(make_server):
    server = make_server()
    other = make_server(lambda s: s.update(data=server.data), start=False)
    status, out, err = other.run("serve", timeout=15)
    assert status == 1 and server.data in out + err
    assert server.get("/healthz")[0] == 200


def test_the_wrong_command_is_explained(server):
    for words in (("serv",), ("store", "chekc"), ("kb",), ("serve", "--prot", "1")):
        status, out, err = server.run(*words, config=False)
        assert status != 0 or "USAGE" in out.upper()
    status, out, _ = server.run("--help", config=False)
    assert status == 0 and "serve" in out and "store" in out
    assert server.run("--version", config=False)[0] == 0


def test_sigterm_under_load_loses_nothing_that_was_acknowledged(make_server, sinks):
    server = make_server()
    stop, acknowledged, counter = threading.Event(), [], iter(range(10**9))

    def webhooks():
        sender = Partner(server.http, timeout=12)
        while not stop.is_set():
            text = f"load-{next(counter)}."
            try:
                if 200 <= sender.ask(text, text) < 300:
                    acknowledged.append(text)
            except Exception:
                time.sleep(0.02)

    def mails():
        while not stop.is_set():
            text = f"load-{next(counter)}."
            try:
                send(server, mail(text)[1])
                acknowledged.append(text)
            except (OSError, smtplib.SMTPException):
                time.sleep(0.02)
    crowd = [threading.Thread(target=webhooks) for _ in range(8)] + [threading.Thread(target=mails) for _ in range(4)]
    idle = [LineCustomer(server.line) for _ in range(20)]
    for thread in crowd:
        thread.start()
    try:
        wait_for("load", lambda: len(acknowledged) > 200, 30)
        status, seconds = server.stop(10)
        assert status == 0
    finally:
        stop.set()
        for thread in crowd:
            thread.join()
    print(f"SIGTERM under load: stopped in {seconds:.2f} s, {len(acknowledged)} acknowledged")
    for customer in idle:
        customer.quiet(1)
        assert customer.ended, "lines are told and closed"
    assert server.check_store() == []
    server.start()
    stored = [r["text"].strip() for r in server.rows("load-", "in")]
    assert len(stored) == len(set(stored)) and not set(acknowledged) - set(stored)


def test_sigint_stops_it_too(server):
    server.child.send_signal(signal.SIGINT)
    assert server.child.wait(10) == 0
