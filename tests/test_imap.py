"""A mailbox read by IMAP, against Dovecot: nothing lost, nothing twice, whoever dies in the middle."""
import json
import os
import random
import re
import time

import pytest

from conftest import lacking
from players import articles, certificates
from players.dovecot import PASSWORD, USER, Dovecot
from players.mailbox_times import spans
from players.server import ADDRESS, AGENT_TOKEN
from players.tap import Tap
from players.tokens import REFRESH_TOKEN, TokenServer
from players.waiting import wait_for

BOB = "bob@customer.test"


def mail(text, ident, subject="A question", sender=BOB, more=""):
    return (f"From: Bob <{sender}>\r\nTo: {ADDRESS}\r\nSubject: {subject}\r\nMessage-ID: <{ident}@customer.test>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n{more}"
            f"\r\n{text}\r\n").encode()


def several(prefix, count, **more):
    return [mail(f"{prefix}-{n}-end text of mail {n}", f"{prefix}-{n}", sender=f"c{n}@customer.test", **more) for n in range(count)]


@pytest.fixture
def dovecot():
    if why := Dovecot.missing():
        lacking(why)
    made = Dovecot().start()
    yield made
    made.stop()


def reading(port, **more):
    def change(settings):
        settings["channels"][2]["settings"]["imap"] = {"host": "127.0.0.1", "port": port, "security": "none", "user": USER, "password": PASSWORD, "check_seconds": 5, **more}
    return change


def stored(server, prefix):
    """The numbers of the mails that are stored, sorted, with repeats."""
    return sorted(int(re.search(r"-(\d+)-end", r["text"])[1]) for r in server.rows(f"{prefix}-", "in"))


def channel(server, name="support"):
    status, _, body = server.get("/api/v1/channels", {"authorization": f"Bearer {AGENT_TOKEN}"})
    assert status == 200
    (found,) = [c for c in json.loads(body)["channels"] if c["name"] == name]
    return found


def test_mail_is_read_answered_and_marked_only_after_it_is_stored(make_server, dovecot, sinks):
    dovecot.deliver(mail(articles.question("shipping-cost"), "before"))
    server = make_server(reading(dovecot.imap))
    wait_for("the reply", lambda: sinks.mails_about("<before@customer.test>"))
    dovecot.deliver(mail(articles.question("warranty"), "after"))
    reply = wait_for("the second reply", lambda: sinks.mails_about("<after@customer.test>"))[0]
    assert articles.phrase("warranty") in reply.text and reply.recipients == [BOB]
    wait_for("both marked as seen", lambda: dovecot.count("SEEN") == 2)
    found = channel(server)
    assert found["problem"] is None and found["connections"][0]["name"] == "INBOX" and found["connections"][0]["last_event_at"] and found["connections"][0]["connected_since"]
    _, _, metrics = server.get("/metrics")
    assert b'centralino_mailbox_connected{channel="support",folder="INBOX"} 1' in metrics and b"centralino_mailbox_last_mail_timestamp_seconds" in metrics
    assert server.get("/readyz")[0] == 200 and not server.check_store() and PASSWORD not in server.log()


def test_mails_that_come_one_by_one_are_stored_while_idling(make_server, dovecot):
    tap = Tap(dovecot.imap)
    server = make_server(reading(tap.port, check_seconds=300))
    # How long each takes is measured by script/bench.
    assert len(spans(tap, lambda n: dovecot.deliver(*several(f"fast{n}x", 1)), 5)) == 5
    assert len(server.rows("fast", "in")) == 5
    tap.close()


def test_a_backlog_of_a_thousand_with_kills_of_either_side_in_the_middle(make_server, dovecot):
    dovecot.deliver(*several("many", 1000))
    server = make_server(reading(dovecot.imap))
    begin = time.monotonic()
    for turn in range(6):
        time.sleep(random.uniform(0.15, 0.8))
        (server if turn % 2 else dovecot).kill()
        (server if turn % 2 else dovecot).start()
    wait_for("all of them", lambda: len(stored(server, "many")) >= 1000, 120, every=1)
    print(f"1,000 mails with 6 kills: {time.monotonic() - begin:.1f} s")
    wait_for("all marked", lambda: dovecot.count("UNSEEN") == 0, 30, every=0.5)
    assert stored(server, "many") == list(range(1000)) and not server.check_store()


def test_a_new_uidvalidity_repeats_nothing_and_loses_nothing(make_server, dovecot):
    dovecot.deliver(*several("old", 5))
    server = make_server(reading(dovecot.imap))
    wait_for("the first", lambda: stored(server, "old") == list(range(5)))
    wait_for("marked", lambda: dovecot.count("UNSEEN") == 0)
    server.stop()
    validity = lambda: dovecot.ask(lambda box: box.status("INBOX", "(UIDVALIDITY)")[1][0], readonly=True)
    before = validity()
    dovecot.kill()
    for name in os.listdir(dovecot.maildir):
        if name.startswith("dovecot"):
            os.unlink(os.path.join(dovecot.maildir, name))
    time.sleep(1.1)
    dovecot.start()
    dovecot.deliver(*several("new", 5))
    assert validity() != before
    server.start()
    wait_for("the new ones", lambda: stored(server, "new") == list(range(5)))
    dovecot.deliver(*several("later", 1))
    wait_for("the last", lambda: stored(server, "later") == [0])
    assert stored(server, "old") == list(range(5)) and not server.check_store()


def test_unwanted_backlog_stays_unwanted_when_the_folder_is_made_anew(make_server, dovecot):
    dovecot.deliver(*several("there", 2))
    time.sleep(1.1)  # INTERNALDATE knows whole seconds.
    server = make_server(reading(dovecot.imap, backlog="new"))
    wait_for("connected", lambda: channel(server)["problem"] is None)
    server.stop()
    dovecot.kill()
    for name in os.listdir(dovecot.maildir):
        if name.startswith("dovecot"):
            os.unlink(os.path.join(dovecot.maildir, name))
    dovecot.start()
    dovecot.deliver(*several("fresh", 1))
    server.start()
    wait_for("the fresh one", lambda: stored(server, "fresh") == [0])
    assert stored(server, "there") == []


def test_one_bad_message_is_put_aside_and_the_rest_goes_on(make_server, dovecot):
    dovecot.deliver(*several("good", 3))
    # A file that Dovecot lists and cannot open: a folder in its place.
    name = "1700000000.M1P1.bad,S=100,W=100:2,"
    os.makedirs(os.path.join(dovecot.maildir, "cur", name))
    dovecot.deliver(*several("more", 3))
    server = make_server(reading(dovecot.imap))
    wait_for("the good ones", lambda: stored(server, "good") == [0, 1, 2] and stored(server, "more") == [0, 1, 2], 60, every=0.5)
    dovecot.deliver(*several("last", 1))
    wait_for("a later one", lambda: stored(server, "last") == [0], 30)
    assert not server.check_store()


def test_a_mail_that_is_too_large_is_shown_and_left(make_server, dovecot):
    dovecot.deliver(mail("x" * 70_000, "large", subject="The large one"), mail("small-0-end", "small"))
    server = make_server(reading(dovecot.imap, maximum_bytes=65_536))
    wait_for("the small one", lambda: stored(server, "small") == [0])
    (row,) = [r for r in server.rows(direction="in") if "small" not in r["text"]]
    assert row["text"] == ""
    wait_for("the small one marked", lambda: dovecot.count("SEEN") == 1)
    assert channel(server)["connections"][0]["set_aside"] == 1


def test_the_network_is_cut_and_comes_back(make_server, dovecot):
    tap = Tap(dovecot.imap)
    server = make_server(reading(tap.port))
    dovecot.deliver(*several("one", 2))
    wait_for("the first", lambda: stored(server, "one") == [0, 1])
    tap.cut()
    wait_for("the problem is shown", lambda: server.get("/readyz")[0] == 503)
    assert channel(server)["problem"]
    dovecot.deliver(*several("two", 2))
    tap.mend()
    wait_for("the others", lambda: stored(server, "two") == [0, 1], 20)
    wait_for("all is well again", lambda: server.get("/readyz")[0] == 200 and channel(server)["problem"] is None)
    tap.close()


def test_several_folders_and_stored_mail_moves(make_server, dovecot):
    dovecot.ask(lambda box: [box.create(name) for name in ("Junk", "Done", "Entw&APw-rfe")])
    dovecot.ask(lambda box: [box.append(name, None, None, data) for name, data in zip(("Junk", "Entw&APw-rfe"), several("apart", 2))])
    dovecot.deliver(*several("inbox", 1))
    server = make_server(reading(dovecot.imap, folders=["INBOX", "Junk", "Entwürfe"], after="move to Done"))
    wait_for("all three", lambda: stored(server, "inbox") == [0] and stored(server, "apart") == [0, 1])
    wait_for("moved", lambda: dovecot.count(folder="Done") == 3 and dovecot.count() == 0)
    assert len(channel(server)["connections"]) == 3


@pytest.mark.parametrize("backlog,expected", [("unseen", [1]), ("all", [0, 1]), ("new", [])])
def test_what_was_there_before(make_server, dovecot, backlog, expected):
    dovecot.deliver(*several("there", 2))
    dovecot.ask(lambda box: box.store("1", "+FLAGS", "\\Seen"))
    time.sleep(1.1)   # a mailbox tells arrival in whole seconds: what came in the second of the first look counts as new
    server = make_server(reading(dovecot.imap, backlog=backlog, after="nothing"))
    wait_for("connected", lambda: channel(server)["problem"] is None)
    dovecot.deliver(*several("fresh", 1))
    wait_for("the fresh one", lambda: stored(server, "fresh") == [0])
    assert stored(server, "there") == expected and dovecot.count("SEEN") == 1


def test_tls_and_starttls_with_an_authority_of_our_own(make_server, authority):
    if why := Dovecot.missing():
        lacking(why)
    folder, ca = authority
    dovecot = Dovecot(*certificates.certificate(folder, "imap", ca)).start()
    try:
        dovecot.deliver(*several("safe", 1))
        server = make_server(reading(dovecot.imaps, security="tls", host="localhost"), environment={"SSL_CERT_FILE": ca[0]})
        wait_for("by TLS", lambda: stored(server, "safe") == [0])
        other = make_server(reading(dovecot.imap, security="starttls", host="localhost", backlog="all"), environment={"SSL_CERT_FILE": ca[0]})
        wait_for("by STARTTLS", lambda: stored(other, "safe") == [0])
        # Without the authority nothing is sent, least of all the password.
        third = make_server(reading(dovecot.imaps, security="tls", host="localhost"))
        wait_for("the problem is shown", lambda: "secure" in (channel(third)["problem"] or ""))
        assert not third.rows(direction="in")
    finally:
        dovecot.stop()


def test_a_wrong_password_is_shown_and_not_tried_again_and_again(make_server, dovecot):
    server = make_server(reading(dovecot.imap, password="wrong"))
    wait_for("the problem is shown", lambda: "sign-in" in (channel(server)["problem"] or ""))
    assert server.get("/readyz")[0] == 503 and "wrong" not in server.log()


def test_tokens_instead_of_passwords(make_server, sinks):
    if why := Dovecot.missing():
        lacking(why)
    tokens = TokenServer(USER)
    dovecot = Dovecot(introspection=f"{tokens.url}/introspect").start()

    def change(settings):
        reading(dovecot.imap)(settings)
        mailbox = settings["channels"][2]["settings"]["imap"]
        del mailbox["password"]
        mailbox["oauth"] = {"token_url": f"{tokens.url}/token", "client_id": "switchboard", "refresh_token": REFRESH_TOKEN}
    try:
        server = make_server(change)
        dovecot.deliver(mail("tok-0-end hello", "tok-0"))
        wait_for("the mail", lambda: stored(server, "tok") == [0])
        # A new connection gets a new token: the one before is no good any more.
        dovecot.kill()
        dovecot.start()
        dovecot.deliver(mail("tok-1-end hello again", "tok-1"))
        wait_for("the mail after the break", lambda: stored(server, "tok") == [0, 1], 30)
        assert len(tokens.given) >= 2
        tokens.refuses = True
        dovecot.kill()
        dovecot.start()
        wait_for("the operator to be told", lambda: "refuses the refresh token" in (channel(server)["connections"][0]["problem"] or ""), 30)
        assert REFRESH_TOKEN not in server.log()
        assert not any(token in server.log() for token in tokens.given)
    finally:
        dovecot.stop()
        tokens.close()
