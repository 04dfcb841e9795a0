"""Which conversation a mail belongs to, and what machines write: the real program from both sides."""
import json
import re
import smtplib
import time
import uuid

from players import articles
from players.server import ADDRESS, AGENT_TOKEN
from players.waiting import wait_for

BOB, EVE = "bob@customer.test", "eve@other.test"
TOKEN = {"authorization": f"Bearer {AGENT_TOKEN}", "content-type": "application/json"}


def mail(text, sender=BOB, to=ADDRESS, subject="A question", ident=None, more=""):
    ident = ident or f"<{uuid.uuid4().hex}@customer.test>"
    return ident, (f"From: <{sender}>\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: {ident}\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n{more}\r\n{text}\r\n").encode()


def send(server, data, sender=BOB, to=ADDRESS):
    with smtplib.SMTP("127.0.0.1", server.smtp, "customer.test", timeout=15) as s:
        s.sendmail(sender, [to], data)


def answered(server, sinks, question="shipping-cost", sender=BOB):
    ident, data = mail(articles.question(question), sender)
    send(server, data, sender)
    return wait_for("the reply", lambda: sinks.mails_about(ident))[0]


def conversation_of(server, text):
    (row,) = server.rows(text, "in")
    return row["conversation"]


def ask(server, path, body=None):
    status, _, answer = server.get(path, TOKEN, method="POST" if body is not None else "GET", body=None if body is None else json.dumps(body))
    assert status == 200, answer
    return json.loads(answer)


def test_an_answer_to_the_reply_address_joins_whatever_its_subject_and_ids_say(server, sinks):
    reply = answered(server, sinks)
    address = reply.message["Reply-To"].addresses[0].addr_spec
    assert re.fullmatch(r"help\+[a-z2-7]{42}@support\.test", address) and len(address.split("@")[0]) <= 64
    _, data = mail("second-mail by token", to=address.upper(), subject="something else")
    send(server, data, to=address.upper())
    wait_for("the second mail", lambda: server.rows("second-mail", "in"))
    # A relay that strips what stands behind the plus leaves the field, another leaves only the Message-ID.
    _, data = mail("third-mail by field", more=f"X-Original-To: {address}\r\n")
    send(server, data)
    _, data = mail("fourth-mail by id", more=f"In-Reply-To: {reply.ident}\r\n")
    send(server, data)
    wait_for("the fourth mail", lambda: server.rows("fourth-mail", "in"))
    assert len({r["conversation"] for r in server.rows(direction="in")}) == 1 and not server.check_store()


def test_somebody_else_with_the_address_is_shown_as_such_and_gets_nothing(server, sinks):
    reply = answered(server, sinks)
    address = reply.message["Reply-To"].addresses[0].addr_spec
    ident, data = mail(articles.question("warranty") + " eve-writes", EVE, to=address, more=f"Cc: {BOB}\r\nIn-Reply-To: {reply.ident}\r\n")
    send(server, data, EVE, to=address)
    wait_for("Eve's mail", lambda: server.rows("eve-writes", "in"))
    first = [r for r in server.rows(direction="in") if r["author"] == BOB][0]["conversation"]
    assert conversation_of(server, "eve-writes") == first
    detail = ask(server, f"/api/v1/conversations/{first}")
    (message,) = [m for m in detail["messages"] if "eve-writes" in m["text"]]
    assert message["outsider"] == EVE and detail["conversation"]["owner"]["kind"] == "queue" and detail["handoff"]["reason"] == "other-writer"
    assert all(m["outsider"] is None for m in detail["messages"] if m is not message)
    ask(server, f"/api/v1/conversations/{first}/take", {})
    ask(server, f"/api/v1/conversations/{first}/reply", {"text": "words-of-anna"})
    got = wait_for("Anna's words", lambda: [m for m in sinks.mails if "words-of-anna" in m.text])
    assert got[0].recipients == [BOB] and not [m for m in sinks.mails if EVE in m.recipients or EVE in str(m.message["To"]) + str(m.message["Cc"])]
    assert not sinks.mails_about(ident) and not server.check_store()


def test_an_outsider_whom_an_agent_accepts_takes_part(server, sinks):
    reply = answered(server, sinks)
    address = reply.message["Reply-To"].addresses[0].addr_spec

    def eve_writes(words):
        _, data = mail(words, EVE, to=address)
        send(server, data, EVE, to=address)
        (row,) = wait_for(words, lambda: server.rows(words, "in"))
        (message,) = [m for m in ask(server, f"/api/v1/conversations/{row['conversation']}")["messages"] if m["id"] == row["id"]]
        return row["conversation"], message
    conversation, message = eve_writes("eve-first")
    assert message["outsider"] == EVE and message["participant"] is None
    path = f"/api/v1/conversations/{conversation}/messages/{message['id']}/accept-writer"
    detail = ask(server, path, {})
    assert [p["address"] for p in detail["participants"]] == [EVE] and detail["participants"][0]["accepted_by"]
    assert all(m["outsider"] is None for m in detail["messages"])
    assert len(ask(server, path, {})["participants"]) == 1
    conversation, message = eve_writes("eve-second")
    assert message["outsider"] is None and message["participant"] == EVE
    # Nothing is sent to Eve: the agent's words go to Bob, and nobody is in copy.
    ask(server, f"/api/v1/conversations/{conversation}/take", {})
    ask(server, f"/api/v1/conversations/{conversation}/reply", {"text": "words-for-bob"})
    (got,) = wait_for("the words", lambda: [m for m in sinks.mails if "words-for-bob" in m.text])
    assert got.recipients == [BOB] and got.message["Cc"] is None and not [m for m in sinks.mails if EVE in m.recipients]
    assert [e["body"]["address"] for e in server.export("--events") if e["kind"] == "writer.accepted"] == [EVE]
    # The customer is no outsider, and a stranger's word is not asked.
    (first,) = [m for m in detail["messages"] if m["direction"] == "in" and "eve-" not in m["text"]]
    assert server.get(path.replace(message["id"], first["id"]), {}, method="POST", body="{}")[0] == 401
    assert server.get(f"/api/v1/conversations/{conversation}/messages/{first['id']}/accept-writer", TOKEN, method="POST", body="{}")[0] == 404
    assert not server.check_store()


def test_copied_addresses_are_shown_and_never_written_to(server, sinks):
    ident, data = mail(articles.question("shipping-cost"), more="Cc: Carl <carl@other.test>, dora@other.test\r\n")
    send(server, data)
    wait_for("the reply", lambda: sinks.mails_about(ident))
    conversation = server.rows(direction="in")[0]["conversation"]
    message = ask(server, f"/api/v1/conversations/{conversation}")["messages"][0]
    assert message["copied"] == ["carl@other.test", "dora@other.test"]
    ask(server, f"/api/v1/conversations/{conversation}/take", {})
    ask(server, f"/api/v1/conversations/{conversation}/reply", {"text": "only-for-bob"})
    wait_for("the agent's words", lambda: [m for m in sinks.mails if "only-for-bob" in m.text])
    assert {r for m in sinks.mails for r in m.recipients} == {BOB}
    assert not [m for m in sinks.mails if m.message["Cc"] or "other.test" in m.data.decode("ascii")]
    # What was said before is not in it either: a mail of ours holds its own words only.
    assert not [m for m in sinks.mails if "only-for-bob" in m.text and articles.question("shipping-cost") in m.text]


def test_a_forged_token_opens_a_conversation_of_its_own_with_a_note(server, sinks):
    reply = answered(server, sinks)
    local, domain = reply.message["Reply-To"].addresses[0].addr_spec.split("@")
    forged = local[:-1] + ("a" if local[-1] != "a" else "i") + "@" + domain
    _, data = mail("forged-mail", EVE, to=forged, subject=reply.message["Subject"])
    send(server, data, EVE, to=forged)
    (row,) = wait_for("the mail", lambda: server.rows("forged-mail", "in"))
    first = [r for r in server.rows(direction="in") if r["author"] == BOB][0]
    assert row["conversation"] != first["conversation"] and any("not one that we gave out" in n for n in row["details"]["notes"])
    # The same subject alone joins nothing.
    _, data = mail("subject-mail", subject=reply.message["Subject"])
    send(server, data)
    (row,) = wait_for("the mail", lambda: server.rows("subject-mail", "in"))
    assert row["conversation"] != first["conversation"]


def bounce(reply, action="failed", status="5.1.1"):
    return ("From: MAILER-DAEMON@relay.test (Mail Delivery System)\r\nTo: help@support.test\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
            f"MIME-Version: 1.0\r\nMessage-ID: <{uuid.uuid4().hex}@relay.test>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n"
            "--b\r\nContent-Type: text/plain\r\n\r\nThe mail could not be delivered. bounce-text\r\n"
            f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.test\r\n\r\nFinal-Recipient: rfc822; bob@customer.test\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
            f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {reply.ident}\r\nSubject: Re: A question\r\n\r\n--b--\r\n").encode()


def test_a_bounce_marks_its_delivery_and_people_are_told_and_a_delay_does_not(server, sinks):
    reply = answered(server, sinks)
    wait_for("delivered", lambda: [r for r in server.rows(direction="out") if r["state"] == "delivered"])
    send(server, bounce(reply, "delayed", "4.4.1"), sender="")
    wait_for("the delay", lambda: [r for r in server.rows(direction="out") if "delayed" in (r["explanation"] or "")])
    assert server.rows(direction="out")[0]["state"] == "delivered"
    send(server, bounce(reply), sender="")
    (row,) = wait_for("refused", lambda: [r for r in server.rows(direction="out") if r["state"] == "refused"])
    assert "5.1.1" in row["explanation"]
    detail = ask(server, f"/api/v1/conversations/{row['conversation']}")
    assert detail["conversation"]["owner"]["kind"] == "queue" and detail["handoff"]["reason"] == "undelivered"
    assert len(server.rows("bounce-text", "in")) == 2 and len(sinks.mails) == 1 and not server.check_store()


def test_two_of_our_servers_exchange_at_most_two_mails(make_server):
    def other(settings, address, port):
        settings["channels"][2]["settings"] = {"address": address, "relay": {"host": "127.0.0.1", "port": port, "security": "none"}}
        settings["smtp"]["hostname"] = address.split("@")[1]
    a = make_server(start=False, name="a")
    b = make_server(start=False, name="b")
    a.configure(lambda s: other(s, "help@a.test", b.smtp)).start()
    b.configure(lambda s: other(s, "help@b.test", a.smtp)).start()
    # A question that seems to come from the other server's address: it is answered there, and that is the end.
    _, data = mail(articles.question("shipping-cost"), "help@b.test", to="help@a.test")
    send(a, data, "help@b.test", to="help@a.test")
    wait_for("A's answer at B", lambda: b.rows(direction="in"))
    for server in (a, b):
        wait_for("all settled", lambda: all(r["state"] == "delivered" for r in server.rows(direction="out")))
    assert len(a.rows(direction="in")) == 1 and len(a.rows(direction="out")) == 1
    assert len(b.rows(direction="in")) == 1 and len(b.rows(direction="out")) == 0
    # A person at B answers by hand: A's bot may answer once more, and B's stays silent.
    row = b.rows(direction="in")[0]
    ask(b, f"/api/v1/conversations/{row['conversation']}/take", {})
    ask(b, f"/api/v1/conversations/{row['conversation']}/reply", {"text": articles.question("warranty")})
    wait_for("B's words at A", lambda: len(a.rows(direction="in")) == 2)
    wait_for("settled", lambda: all(r["state"] == "delivered" for s in (a, b) for r in s.rows(direction="out")))
    assert len(a.rows(direction="out")) <= 2 and len(b.rows(direction="out")) == 1 and len(b.rows(direction="in")) <= 2


def test_each_thing_is_said_once_a_day_to_an_address(server, sinks):
    answered(server, sinks)
    _, data = mail(articles.question("shipping-cost") + " ")
    send(server, data)
    answered(server, sinks, "warranty")
    wait_for("a person gets the second", lambda: [c for c in server.export("--conversations") if c["owner"] == "queue"])
    assert len([m for m in sinks.mails if articles.phrase("shipping-cost") in m.text]) == 1


def test_ten_mails_of_one_address_bring_one_notice_a_day(server, sinks):
    for number in range(10):
        send(server, mail(f"I want to talk to a person, number-{number}")[1])
    wait_for("all of them", lambda: len(server.rows("number-", "in")) == 10)
    wait_for("the notice", lambda: sinks.mails)
    time.sleep(0.5)
    assert len(sinks.mails) == 1
    # Nobody who reads, nobody who wrote: nothing.
    send(server, mail(articles.question("warranty"), "no-reply@shop.test")[1], "no-reply@shop.test")
    wait_for("the last", lambda: server.rows(direction="in")[10:])
    time.sleep(0.5)
    assert len(sinks.mails) == 1 and not server.check_store()
