"""Clients that are slow, idle or many: they are shown the door in time, and nobody else notices them."""
import resource
import socket
import statistics
import threading
import time

import pytest

from players import articles
from players.lines import LineCustomer
from players.partner import Partner
from players.waiting import wait_for

SHORT = {"header_seconds": 2, "body_seconds": 2, "idle_seconds": 3, "connections_per_address": 5000}


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def drip(s, data, every=0.1, limit=15):
    """Sends byte by byte until the other side closes: (seconds until then or None, what it said)."""
    begin, said = time.monotonic(), b""
    s.settimeout(every)
    for octet in data:
        try:
            s.sendall(bytes([octet]))
        except OSError:
            pass
        try:
            piece = s.recv(4096)
            if not piece:
                return time.monotonic() - begin, said
            said += piece
        except TimeoutError:
            pass
        except OSError:
            return time.monotonic() - begin, said
        if time.monotonic() - begin > limit:
            break
    return None, said


@pytest.fixture
def impatient(make_server):
    return make_server(lambda s: s.update(limits=dict(SHORT)))


def test_slow_headers_get_408(impatient):
    seconds, said = drip(connect(impatient.http), b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X-Slow: yes\r\n" * 100)
    assert seconds is not None and seconds < 8 and said.startswith(b"HTTP/1.1 408"), (seconds, said[:100])


def test_a_slow_body_gets_408(impatient):
    s = connect(impatient.http)
    s.sendall(b"POST /channels/partner HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
    seconds, said = drip(s, b"x" * 1000)
    assert seconds is not None and seconds < 8 and said.startswith(b"HTTP/1.1 408"), (seconds, said[:100])


def test_idle_connections_are_closed(impatient):
    idle = connect(impatient.http)
    kept = connect(impatient.http)
    kept.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert kept.recv(4096).startswith(b"HTTP/1.1 200")
    begin = time.monotonic()
    for s in (idle, kept):
        s.settimeout(10)
        while s.recv(4096):
            pass
    assert time.monotonic() - begin < 9


def test_a_client_that_never_reads_is_given_up(impatient):
    s = connect(impatient.http)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.settimeout(1)
    try:
        for _ in range(20_000):
            s.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    except OSError:
        pass
    before = impatient.memory()
    assert impatient.get("/healthz")[0] == 200
    assert before < 200 << 20, "what is answered is not heaped up"


def test_slow_commands_on_the_mail_port_end_with_421(impatient):
    s = connect(impatient.smtp)
    assert s.recv(1000).startswith(b"220")
    seconds, said = drip(s, b"EHLO " + b"x" * 20, every=0.5, limit=12)
    assert impatient.get("/healthz")[0] == 200
    # A mail server waits for minutes (RFC 5321, 4.5.3.2): being dripped at is allowed, holding up others is not.
    assert seconds is None or said.startswith(b"421") or said == b""


def test_others_are_served_while_hundreds_are_slow(make_server, sinks):
    server = make_server(lambda s: s["limits"].update(header_seconds=10))
    crowd = [connect(server.http) for _ in range(300)] + [connect(server.smtp) for _ in range(100)] + [connect(server.line) for _ in range(100)]
    for s in crowd[:300]:
        s.sendall(b"POST /channels/partner HTTP/1.1\r\nHost: x\r\nX-")
    for s in crowd[300:400]:
        s.sendall(b"EHL")
    for s in crowd[400:]:
        s.sendall(b"half a line")
    partner, times = Partner(server.http), []
    for n in range(100):
        begin = time.monotonic()
        assert 200 <= partner.ask(articles.question("warranty"), f"slow-{n}") < 300
        times.append(time.monotonic() - begin)
    print(f"with 500 slow clients: median {1000 * statistics.median(times):.1f} ms, slowest {1000 * max(times):.1f} ms")
    assert sorted(times)[98] < 0.5
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say(articles.question("invoice"))
    customer.hear(articles.phrase("invoice"))
    for s in crowd:
        s.close()


@pytest.mark.parametrize("name", ["HTTP", "line"])
def test_2000_idle_connections(make_server, name):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 5000:
        pytest.skip(f"only {hard} open files are allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 5000), hard))
    server = make_server()
    port = server.http if name == "HTTP" else server.line

    def idle(many):
        crowd = []
        for _ in range(many):
            s = connect(port)
            if name == "HTTP":
                s.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            crowd.append(s)
        for s in crowd:
            assert s.recv(4096)
        return crowd
    for s in idle(50):   # what the first connections cost is not what each costs
        s.close()
    time.sleep(0.3)
    before, crowd = server.memory(), idle(2000)
    time.sleep(0.5)
    each = (server.memory() - before) / 2000
    print(f"2,000 idle {name} connections: {before / 2**20:.1f} MiB before, {each / 1024:.1f} KiB each")
    assert each <= 16 * 1024
    assert server.get("/healthz")[0] == 200
    for s in crowd:
        s.close()
    wait_for("still well", lambda: server.get("/healthz")[0] == 200)


def test_connections_per_address_are_limited(make_server):
    server = make_server(lambda s: s["limits"].update(connections_per_address=20))
    crowd = [connect(server.http) for _ in range(40)]
    refused = 0
    for s in crowd:
        s.settimeout(3)
        try:
            s.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            said = s.recv(4096)
        except OSError:
            said = b""
        refused += not said.startswith(b"HTTP/1.1 200")
    assert 15 <= refused <= 25
    for s in crowd:
        s.close()
    wait_for("served again", lambda: server.get("/healthz")[0] == 200, 5)


def test_a_flood_of_connections_that_close_at_once(server):
    def flood():
        for _ in range(500):
            try:
                connect(server.http).close()
                connect(server.smtp).close()
                connect(server.line).close()
            except OSError:
                time.sleep(0.01)
    crowd = [threading.Thread(target=flood) for _ in range(4)]
    for t in crowd:
        t.start()
    for t in crowd:
        t.join()
    wait_for("well", lambda: server.get("/healthz")[0] == 200, 5)
    assert server.get("/readyz")[0] == 200
