"""The line protocol: a customer with nc, and the agent at the other end."""
import re
import socket
import subprocess
import time

from players import articles, certificates
from players.lines import LineCustomer
from players.server import KEY
from players.waiting import wait_for


def test_nc_asks_and_is_answered(server):
    nc = subprocess.Popen(["nc", "127.0.0.1", str(server.line)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        greeting = nc.stdout.readline().decode()
        nc.stdin.write(articles.question("shipping-cost").encode() + b"\n")
        nc.stdin.flush()
        lines, end = [greeting], time.monotonic() + 10
        while articles.phrase("shipping-cost") not in lines[-1]:
            assert time.monotonic() < end, lines
            lines.append(nc.stdout.readline().decode())
        assert any("/resume " in line for line in lines), "a line names /resume TOKEN before the first message"
        nc.stdin.write(b"/bye\n")
        nc.stdin.close()
        assert nc.wait(5) == 0   # nc stays for its standard input and the server: both have ended
    finally:
        nc.kill()
    (row,) = server.rows(direction="in")
    assert row["channel"] == "line" and row["text"] == articles.question("shipping-cost")
    wait_for("delivered", lambda: [r for r in server.rows(direction="out") if r["state"] == "delivered"])


def test_crlf_ends_a_line_too_and_help_is_not_a_message(server):
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.socket.sendall(b"/help\r\n")
    customer.hear("/human")
    customer.socket.sendall(articles.question("warranty").encode() + b"\r\n")
    customer.hear(articles.phrase("warranty"))
    assert [r["text"] for r in server.rows(direction="in")] == [articles.question("warranty")]


def test_an_answer_names_its_article(server):
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say(articles.question("warranty"))
    customer.hear(articles.phrase("warranty"))
    heard = "\n".join(customer.heard + customer.quiet(0.5))
    assert "Warranty" in heard or "warranty" in heard.lower()


def test_asking_for_a_person_and_being_told_honestly(server):
    for words in ("/human", "I want to talk to a human", "operatore"):
        customer = LineCustomer(server.line)
        customer.greeting()
        customer.say(words)
        assert customer.read(), "the customer is told what happens next"
        customer.close()
    queued = wait_for("three in the queue", lambda: (rows := [c for c in server.export("--conversations") if c["owner"] == "queue"]) and len(rows) == 3 and rows)
    assert all(c["status"] != "closed" for c in queued)


def test_what_nobody_can_answer_goes_to_people(server):
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say("Der Mond ist aufgegangen, die goldnen Sternlein prangen")
    assert customer.read()
    time.sleep(0.3)
    assert not any(articles.article_in(line) for line in customer.heard), "no article is claimed to answer this"


def test_leaving_and_resuming_brings_what_was_said_meanwhile(server):
    customer = LineCustomer(server.line)
    token = customer.greeting()
    customer.say(articles.question("invoice"))
    customer.socket.shutdown(socket.SHUT_RDWR)   # gone before the answer
    customer.close()
    again = LineCustomer(server.line)
    again.greeting()
    again.say(f"/resume {token}")
    again.hear(articles.phrase("invoice"))
    again.say(articles.question("gift-cards"))
    again.hear(articles.phrase("gift-cards"))
    rows = server.rows(direction="in")
    assert len(rows) == 2 and len({r["conversation"] for r in rows}) == 1
    assert len([r for r in server.rows(direction="out") if articles.phrase("invoice") in r["text"]]) == 1


def test_a_token_that_nobody_gave_resumes_nothing(server):
    for token in ("wrong", "", "../../etc/passwd", "0" * 3000):
        customer = LineCustomer(server.line)
        customer.greeting()
        customer.say(f"/resume {token}")
        assert customer.read(), "one line says that this is not a token"
        customer.close()
    assert server.rows(direction="in") == []


def test_bye_ends_the_connection_and_may_be_resumed(server):
    customer = LineCustomer(server.line)
    token = customer.greeting()
    customer.say(articles.question("invoice"))
    customer.hear(articles.phrase("invoice"))
    customer.say("/bye")
    assert customer.quiet(3) and customer.ended, "a word of farewell, then the end"
    again = LineCustomer(server.line)
    again.greeting()
    again.say(f"/resume {token}")
    again.say(articles.question("gift-cards"))
    again.hear(articles.phrase("gift-cards"))
    assert not [line for line in again.heard if articles.phrase("invoice") in line], "what was said is not said again"
    assert len({r["conversation"] for r in server.rows(direction="in")}) == 1


def test_two_lines_in_one_packet_are_two_messages_in_order(server):
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.socket.sendall(b"first of two\nsecond of two\nthi")
    wait_for("two messages", lambda: len(server.rows(" of two", "in")) == 2)
    rows = sorted(server.rows(" of two", "in"), key=lambda r: (r["created_at"], r["id"]))
    assert [r["text"] for r in rows] == ["first of two", "second of two"]
    customer.close()
    time.sleep(0.3)
    assert len(server.rows(direction="in")) == 2, "half a line is not a message"


def test_a_line_over_4096_bytes_is_refused_with_one_line(server):
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.socket.sendall(b"a" * 4096 + b"\n")
    wait_for("4,096 bytes", lambda: server.rows("a" * 4096, "in"))
    customer.close()
    other = LineCustomer(server.line)
    other.greeting()
    try:
        other.socket.sendall(b"b" * 4097 + b"\n")
    except OSError:
        pass
    assert any(re.search("4,?096|too long|troppo lunga", line) for line in other.quiet(2)), other.heard
    assert server.rows("bbbb", "in") == []


def test_lines_over_tls(make_server, authority):
    folder, ca = authority
    certificate, key = certificates.certificate(folder, "line", ca)
    server = make_server(lambda s: s["line"].update(tls={"certificate": certificate, "key": key}))
    customer = LineCustomer(server.line, tls=ca[0])
    customer.greeting()
    customer.say(articles.question("warranty"))
    customer.hear(articles.phrase("warranty"))


def test_customers_do_not_hear_each_other(server):
    crowd = [LineCustomer(server.line) for _ in range(8)]
    for customer in crowd:
        customer.greeting()
    for ident, customer in zip(articles.IDS, crowd):
        customer.say(articles.question(ident))
    for ident, customer in zip(articles.IDS, crowd):
        customer.hear(re.escape(articles.phrase(ident)))
    for ident, customer in zip(articles.IDS, crowd):
        said = {articles.article_in(line) for line in customer.heard + customer.quiet(0.2)} - {None}
        assert said == {ident}
    assert len(server.export("--conversations")) == 8


def test_the_secret_of_another_channel_is_never_shown(server):
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say(f"whsec_{KEY}")
    customer.read()
    assert KEY not in server.log()
