"""LMTP: what a mail server of ours hands over, with one answer for each recipient."""
import re
import smtplib
import socket
import subprocess

import pytest

from conftest import lacking
from players.postfix import Postfix
from players.server import ADDRESS
from players.waiting import free_port, wait_for

SALES = "sales@support.test"


@pytest.fixture
def lmtp(make_server):
    port = free_port()

    def change(settings):
        settings["lmtp"] = {"listen": f"127.0.0.1:{port}"}
        settings["channels"].append({"name": "sales", "adapter": "email", "settings": {**settings["channels"][2]["settings"], "address": SALES}})
    server = make_server(change)
    server.lmtp = port
    return server


def mail(text):
    return f"From: Bob <bob@customer.test>\r\nSubject: x\r\nMessage-ID: <{text}@customer.test>\r\n\r\n{text}\r\n".encode()


def test_every_recipient_has_an_answer(lmtp):
    with smtplib.LMTP("127.0.0.1", lmtp.lmtp, timeout=15) as s:
        # Python's client reads one answer behind a message: one recipient each that is taken.
        refused = s.sendmail("bob@customer.test", [ADDRESS, "nobody@support.test"], mail("by-lmtp"))
        s.sendmail("bob@customer.test", [SALES], mail("by-lmtp"))
    assert list(refused) == ["nobody@support.test"] and refused["nobody@support.test"][0] == 550
    assert sorted(r["channel"] for r in lmtp.rows("by-lmtp", "in")) == ["sales", "support"]


def test_the_answers_come_in_the_order_of_the_recipients(lmtp):
    with socket.create_connection(("127.0.0.1", lmtp.lmtp), timeout=10) as s:
        f = s.makefile("rwb")

        def say(line):
            f.write(line + b"\r\n")
            f.flush()
            while (answer := f.readline())[3:4] == b"-":
                pass
            return answer
        assert f.readline().startswith(b"220 mx.support.test LMTP")
        assert say(b"EHLO x.test").startswith(b"500")
        assert say(b"LHLO x.test").startswith(b"250")
        say(b"MAIL FROM:<>")
        for to in (ADDRESS, SALES, ADDRESS):
            assert say(f"RCPT TO:<{to}> NOTIFY=FAILURE ORCPT=rfc822;{to}".encode()).startswith(b"250")
        assert say(b"DATA").startswith(b"354")
        f.write(mail("in-order") + b".\r\n")
        f.flush()
        assert [f.readline()[:9] for _ in range(3)] == [b"250 2.0.0"] * 3
        assert say(b"QUIT").startswith(b"221")


def test_swaks_speaks_it_too(lmtp):
    done = subprocess.run(["swaks", "--protocol", "LMTP", "--server", f"127.0.0.1:{lmtp.lmtp}", "--from", "bob@customer.test", "--to", f"{ADDRESS},{SALES}",
                           "--body", "by-swaks"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stdout
    wait_for("both channels", lambda: len(lmtp.rows("by-swaks", "in")) == 2)


def test_the_smtp_port_does_not_speak_it(lmtp):
    with smtplib.SMTP("127.0.0.1", lmtp.smtp, timeout=10) as s:
        assert s.docmd("LHLO x.test")[0] == 500


@pytest.fixture
def postfix(lmtp, sinks):
    """Takes mail for support.test and hands it to us by LMTP; its own bounces go to the sink."""
    if reason := Postfix.missing():
        lacking(reason)
    made = Postfix("support.test", {
        "virtual_transport": f"lmtp:inet:127.0.0.1:{lmtp.lmtp}", "virtual_destination_recipient_limit": "50", "lmtp_destination_recipient_limit": "50",
        "relayhost": f"[127.0.0.1]:{sinks.smtp_port}", "minimal_backoff_time": "1s", "maximal_backoff_time": "2s", "queue_run_delay": "1s"})
    try:
        yield made.start()
    finally:
        made.stop()


def hand(postfix, data, *recipients):
    with smtplib.SMTP("127.0.0.1", postfix.port, "customer.test", timeout=15) as s:
        s.sendmail("bob@customer.test", list(recipients), data)


def test_postfix_delivers_and_each_recipient_has_a_result_of_its_own(lmtp, postfix, sinks):
    hand(postfix, mail("from-postfix"), ADDRESS, "nobody@support.test", SALES)
    wait_for("both channels", lambda: len(lmtp.rows("from-postfix", "in")) == 2)
    assert sorted(r["channel"] for r in lmtp.rows("from-postfix", "in")) == ["sales", "support"]
    wait_for("an empty queue", lambda: postfix.queued() == 0)
    results = {to: status for to, status in re.findall(r"to=<([^>]+)>, relay=127\.0\.0\.1\[.*status=(\w+)", postfix.log()) if to.endswith("@support.test")}
    assert results == {ADDRESS: "sent", SALES: "sent", "nobody@support.test": "bounced"}, postfix.log()[-2000:]
    # Postfix tells Bob about the one address, and only that.
    (bounce,) = wait_for("the bounce", lambda: [m for m in sinks.mails if m.sender == "" and m.message.get_content_type() == "multipart/report"])
    assert bounce.recipients == ["bob@customer.test"] and b"550" in bounce.data and b"nobody@support.test" in bounce.data and b"to=<" + SALES.encode() not in bounce.data
    assert not lmtp.check_store()


def test_postfix_keeps_the_mail_while_we_are_away_and_brings_it_once(lmtp, postfix):
    lmtp.kill()
    hand(postfix, mail("kept-away"), ADDRESS, SALES)
    wait_for("the try", lambda: "status=deferred" in postfix.log())
    # It dies once more between the commit and the answer: Postfix offers the mail again.
    lmtp.start(environment={"CENTRALINO_CRASH_AT": "before-ack:1"})
    postfix.flush()
    wait_for("the end", lambda: not lmtp.running)
    lmtp.start()

    def look():
        postfix.flush()
        return postfix.queued() == 0
    wait_for("an empty queue", look, 30, 0.5)
    assert sorted(r["channel"] for r in lmtp.rows("kept-away", "in")) == ["sales", "support"] and not lmtp.check_store()
