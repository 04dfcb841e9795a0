"""The mail channel from both sides: swaks, smtplib and Postfix send; a relay of our own, Postfix or a folder takes the replies."""
import email
import email.policy
import glob
import os
import smtplib
import socket
import subprocess
import time
import uuid

import pytest

from conftest import lacking
from players import articles, certificates
from players.postfix import Postfix
from players.server import ADDRESS
from players.sinks import Sinks
from players.waiting import wait_for

BOB = "bob@customer.test"


def mail(text, subject="A question", ident=None, sender=BOB, more=""):
    ident = ident or f"<{uuid.uuid4().hex}@customer.test>"
    return ident, (f"From: Bob <{sender}>\r\nTo: {ADDRESS}\r\nSubject: {subject}\r\nMessage-ID: {ident}\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n{more}"
                   f"\r\n{text}\r\n").encode()


def send(server, data, sender=BOB, to=ADDRESS):
    with smtplib.SMTP("127.0.0.1", server.smtp, "customer.test", timeout=15) as s:
        s.sendmail(sender, [to], data)


def swaks(server, *words, body="Hello"):
    return subprocess.run(["swaks", "--server", f"127.0.0.1:{server.smtp}", "--from", BOB, "--to", ADDRESS, "--helo", "customer.test", "--body", body, *words],
                          capture_output=True, text=True, timeout=30)


def test_a_question_by_swaks_is_answered_through_the_relay(server, sinks):
    ident = f"<{uuid.uuid4().hex}@customer.test>"
    done = swaks(server, "--header", "Subject: Shipping", "--header", f"Message-Id: {ident}", body=articles.question("shipping-cost"))
    assert done.returncode == 0, done.stdout
    reply = wait_for("the reply", lambda: sinks.mails_about(ident))[0]
    assert reply.recipients == [BOB] and articles.phrase("shipping-cost") in reply.text
    m = reply.message
    assert ident in m["References"] and m["Subject"].lower().startswith("re:") and "Shipping" in m["Subject"]
    assert ADDRESS.split("@")[1] in m["From"] and m["Message-ID"] and m["Date"] and m["Auto-Submitted"] == "auto-replied"
    assert all(len(line) <= 998 for line in reply.data.split(b"\r\n"))
    wait_for("delivered", lambda: [r for r in server.rows(direction="out") if r["state"] == "delivered"])


def test_an_answer_to_our_answer_joins_its_conversation(server, sinks):
    ident, data = mail(articles.question("opening-hours"))
    send(server, data)
    reply = wait_for("the reply", lambda: sinks.mails_about(ident))[0]
    second, data = mail("And on Sunday? second-mail", "Re: A question", more=f"In-Reply-To: {reply.ident}\r\nReferences: {ident} {reply.ident}\r\n")
    send(server, data)
    wait_for("the second mail", lambda: server.rows("second-mail", "in"))
    rows = [r for r in server.export() if r["direction"] == "in"]
    assert len({r["conversation"] for r in rows}) == 1 and len(rows) == 2
    again = wait_for("the second reply", lambda: sinks.mails_about(second))[0]
    assert ident in again.message["References"] and again.ident != reply.ident


def test_postfix_takes_the_replies_and_the_customer_has_them(make_server):
    if why := Postfix.missing():
        lacking(why)
    relay = Postfix().start()
    try:
        class Where:
            http_port, smtp_port = None, relay.port
        server = make_server(sinks=Where)
        ident, data = mail(articles.question("warranty"))
        send(server, data)
        (got,) = wait_for("the mail in the customer's maildir", relay.delivered, 20)
        m = email.message_from_bytes(got, policy=email.policy.default)
        assert m["In-Reply-To"].strip() == ident and articles.phrase("warranty") in m.get_body(("plain",)).get_content()
        wait_for("delivered", lambda: [r for r in server.rows(direction="out") if r["state"] == "delivered"])
        # and Postfix as the sender: many sessions, kept open, every mail once
        done = subprocess.run(["smtp-source", "-s", "10", "-l", "2048", "-m", "100", "-d", "-f", BOB, "-t", ADDRESS, f"127.0.0.1:{server.smtp}"], capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert len(server.rows(direction="in")) == 101
    finally:
        relay.stop()


def test_without_a_relay_replies_become_files(make_server):
    class Nowhere:
        http_port = smtp_port = None
    server = make_server(sinks=Nowhere)
    ident, data = mail(articles.question("invoice"))
    send(server, data)
    find = lambda: [p for p in glob.glob(os.path.join(server.place, "**", "*.eml"), recursive=True)]
    (path,) = wait_for("an .eml file", find)
    with open(path, "rb") as f:
        m = email.message_from_bytes(f.read(), policy=email.policy.default)
    assert m["In-Reply-To"].strip() == ident and articles.phrase("invoice") in m.get_body(("plain",)).get_content()
    wait_for("delivered", lambda: [r for r in server.rows(direction="out") if r["state"] == "delivered"])


def test_the_relay_with_starttls_and_a_password(make_server, authority):
    folder, ca = authority
    relay = Sinks(*certificates.certificate(folder, "relay", ca))
    relay.credentials = ("shop", "p4ss w0rd'\"")
    try:
        def change(settings):
            settings["channels"][2]["settings"]["relay"] = {"host": "localhost", "port": relay.smtp_port, "security": "starttls", "user": "shop", "password": "${RELAY_PASSWORD}"}
        server = make_server(change, environment={"RELAY_PASSWORD": relay.credentials[1], "SSL_CERT_FILE": ca[0]}, sinks=relay)
        ident, data = mail(articles.question("invoice"))
        send(server, data)
        reply = wait_for("the reply", lambda: relay.mails_about(ident))[0]
        assert reply.encrypted and reply.user == "shop"
        assert relay.credentials[1] not in server.log()
    finally:
        relay.close()


def test_a_relay_whose_certificate_nobody_vouches_for_gets_nothing(make_server, authority):
    folder, ca = authority
    relay = Sinks(*certificates.certificate(folder, "relay", ca))
    try:
        def change(settings):
            settings["channels"][2]["settings"]["relay"] = {"host": "localhost", "port": relay.smtp_port, "security": "starttls"}
        server = make_server(change, sinks=relay)
        send(server, mail(articles.question("invoice"))[1])
        wait_for("a try", lambda: [r for r in server.rows(direction="out") if r["attempts"]])
        time.sleep(0.3)
        assert relay.mails == [] and not [r for r in server.rows(direction="out") if r["state"] == "delivered"]
    finally:
        relay.close()


@pytest.mark.parametrize("stage", ["rcpt", "end"])
def test_a_relay_that_refuses_for_now_is_tried_again_with_the_same_message_id(make_server, sinks, stage):
    said = []

    def answer(at, text):
        if at == stage and not said:
            said.append(text)
            return "451 4.3.0 come back later"
        return ""
    sinks.answer_mail = answer
    server = make_server()
    ident, data = mail(articles.question("invoice"))
    send(server, data)
    # the first wait of the schedule may be a minute long: what is due is shown in the store at once
    wait_for("the first try", lambda: [r for r in server.rows(direction="out") if r["attempts"] == 1])
    assert said and not [r for r in server.rows(direction="out") if r["state"] in ("refused", "delivered")]


def test_a_relay_that_refuses_for_good_ends_the_delivery(make_server, sinks):
    sinks.answer_mail = lambda at, text: "550 5.1.1 nobody here" if at == "rcpt" else ""
    server = make_server()
    send(server, mail(articles.question("invoice"))[1])
    wait_for("refused", lambda: [r for r in server.rows(direction="out") if r["state"] == "refused"])
    assert sinks.mails == []


def test_what_the_listener_offers(server):
    with smtplib.SMTP("127.0.0.1", server.smtp, timeout=10) as s:
        assert s.ehlo("c.test")[0] == 250
        for word in ("pipelining", "size", "8bitmime", "smtputf8", "enhancedstatuscodes"):
            assert s.has_extn(word), word


def test_relaying_and_unknown_recipients_are_refused(server):
    for to in ("someone@elsewhere.test", "nobody@support.test", "help@support.test@elsewhere.test", "help%elsewhere.test@support.test", "@support.test:a@elsewhere.test"):
        with smtplib.SMTP("127.0.0.1", server.smtp, timeout=10) as s:
            s.ehlo("c.test")
            s.mail(BOB)
            code, said = s.rcpt(to)
            assert 500 <= code < 600, (to, code, said)
    assert server.export() == []


def test_the_same_mail_twice_is_one_message(server, sinks):
    ident, data = mail(articles.question("warranty"))
    for _ in range(3):
        send(server, data)
    wait_for("the reply", lambda: sinks.mails_about(ident))
    time.sleep(0.5)
    assert len(server.rows(direction="in")) == 1 and len(sinks.mails_about(ident)) == 1


def test_the_same_message_id_over_another_text_is_another_message(server):
    ident, data = mail("first text")
    send(server, data)
    send(server, mail("second text", ident=ident)[1])
    assert len(server.rows("first text", "in")) == 1 and len(server.rows("second text", "in")) == 1


def test_the_same_mail_under_the_null_path_is_another_message(server):
    ident, data = mail("it-came-back")
    for sender in (BOB, BOB, "<>", "<>"):
        send(server, data, sender)
    assert len(wait_for("both", lambda: server.rows("it-came-back", "in"))) == 2 and not server.check_store()


def test_charsets_and_multipart_are_read(server):
    quoted = "Content-Type: text/plain; charset=iso-8859-15\r\nContent-Transfer-Encoding: quoted-printable\r\nMIME-Version: 1.0\r\n"
    send(server, mail("Quanto costa? Dieci =A4, perch=E9?", more=quoted)[1])
    wait_for("the text", lambda: server.rows("Dieci €, perché?", "in"))
    body = ("This is a multi-part message.\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nil testo è qui\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>il testo</p>\r\n--b--")
    send(server, mail(body, more="MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n")[1])
    wait_for("the plain part", lambda: server.rows("il testo è qui", "in"))


def test_an_unreadable_mail_is_still_a_message_and_stops_nobody(server, sinks):
    broken = [b"\x00\x01\x02 no header at all\r\n", b"From: " + b"x" * 900 + b"\r\n\r\n",
              mail("x", more="MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=never\r\n")[1],
              mail("=" * 60, more="MIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/plain; charset=no-such-charset\r\n")[1],
              mail("\r\n".join(["k" * 900] * 110))[1]]
    accepted = 0
    for data in broken:
        try:
            send(server, data)
            accepted += 1
        except smtplib.SMTPResponseException as answer:
            assert 500 <= answer.smtp_code < 600
    ident, data = mail(articles.question("gift-cards"), sender="neighbour@customer.test")
    send(server, data, "neighbour@customer.test")
    wait_for("the neighbour's reply", lambda: sinks.mails_about(ident))
    assert len([r for r in server.rows(direction="in")]) == accepted + 1, "what was answered with 250 is a message"
    assert server.check_store() == []


def test_only_crlf_dot_crlf_ends_a_mail(server):
    with socket.create_connection(("127.0.0.1", server.smtp), timeout=10) as s:
        f = s.makefile("rwb")

        def command(line):
            f.write(line + b"\r\n")
            f.flush()
            while True:
                answer = f.readline()
                if answer[3:4] != b"-":
                    return answer
        f.readline()
        command(b"EHLO c.test")
        command(b"MAIL FROM:<a@c.test>")
        command(b"RCPT TO:<help@support.test>")
        assert command(b"DATA").startswith(b"354")
        f.write(b"Subject: x\r\n\r\nfirst\n.\nMAIL FROM:<evil@c.test>\r\nRCPT TO:<help@support.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nsecond\r\n.\r\n")
        f.flush()
        answer = f.readline()
    assert answer[:1] in (b"2", b"5")
    assert len(server.rows(direction="in")) == (1 if answer.startswith(b"2") else 0)


def test_automatic_mail_is_never_answered(server, sinks):
    for more in ("Auto-Submitted: auto-replied\r\n", "Precedence: bulk\r\n", "List-Id: <news.customer.test>\r\n"):
        send(server, mail(articles.question("invoice"), more=more)[1])
    with smtplib.SMTP("127.0.0.1", server.smtp, timeout=10) as s:
        s.ehlo("c.test")
        s.docmd("MAIL FROM:<>")
        s.rcpt(ADDRESS)
        s.data(mail(articles.question("invoice"), subject="Undelivered Mail Returned to Sender")[1])
    # X-Auto-Response-Suppress says what a sender does not want back from machines: real customers on Exchange send it, so it is no sign of a machine.
    ident, data = mail(articles.question("warranty"), sender="person@customer.test", more="X-Auto-Response-Suppress: OOF\r\n")
    send(server, data, "person@customer.test")
    wait_for("the person's reply", lambda: sinks.mails_about(ident))
    time.sleep(0.5)
    assert len(sinks.mails) == 1


def test_starttls_for_openssl_and_swaks(make_server, authority):
    folder, ca = authority
    certificate, key = certificates.certificate(folder, "smtp", ca)
    server = make_server(lambda s: s["smtp"].update(tls={"certificate": certificate, "key": key}))
    done = subprocess.run(["openssl", "s_client", "-starttls", "smtp", "-connect", f"127.0.0.1:{server.smtp}", "-CAfile", ca[0], "-verify_return_error", "-verify_hostname", "localhost"],
                          input=b"QUIT\r\n", capture_output=True, timeout=20)
    assert b"Verify return code: 0 (ok)" in done.stdout and b"TLSv1.3" in done.stdout, done.stdout[-1500:] + done.stderr[-500:]
    done = swaks(server, "--tls", body="by TLS")
    assert done.returncode == 0 and "~>" in done.stdout, done.stdout
    assert len(server.rows("by TLS", "in")) == 1
    done = subprocess.run(["openssl", "s_client", "-starttls", "smtp", "-connect", f"127.0.0.1:{server.smtp}", "-tls1_1"], input=b"QUIT\r\n", capture_output=True, timeout=20)
    assert b"Cipher is (NONE)" in done.stdout or done.returncode != 0, "TLS 1.1 is refused"


def test_commands_sent_before_the_handshake_are_forgotten(make_server, authority):
    import ssl
    folder, ca = authority
    certificate, key = certificates.certificate(folder, "smtp", ca)
    server = make_server(lambda s: s["smtp"].update(tls={"certificate": certificate, "key": key}))
    with socket.create_connection(("127.0.0.1", server.smtp), timeout=10) as s:
        s.recv(1000)
        s.sendall(b"EHLO c.test\r\n")
        s.recv(2000)
        s.sendall(b"STARTTLS\r\nMAIL FROM:<evil@c.test>\r\n")
        answer = s.recv(1000)
        if answer.startswith(b"220"):
            context = ssl.create_default_context(cafile=ca[0])
            try:
                t = context.wrap_socket(s, server_hostname="localhost")
                t.sendall(b"EHLO c.test\r\nRCPT TO:<help@support.test>\r\n")
                said = b""
                while b"\r\n5" not in said and b"\r\n250 " + b"2.1.5" not in said:
                    piece = t.recv(2000)
                    if not piece:
                        break
                    said += piece
                assert b"250 2.1.5" not in said, "the MAIL command from before the handshake counted"
            except (ssl.SSLError, OSError):
                pass   # breaking the connection is as good
        else:
            assert answer[:1] == b"5"
    assert server.export() == []


def test_a_domain_in_other_letters_is_written_to_in_ascii(server, sinks):
    ident, data = mail(articles.question("warranty"), sender="info@bücher.example")
    data = data if isinstance(data, bytes) else data.encode()
    send(server, data, "info@xn--bcher-kva.example")
    (reply,) = wait_for("the reply", lambda: sinks.mails_about(ident))
    assert reply.recipients == ["info@xn--bcher-kva.example"]


def test_who_does_not_wait_for_a_late_greeting_is_refused(make_server):
    server = make_server(lambda s: s["smtp"].update(greeting_delay_seconds=1))
    with socket.create_connection(("127.0.0.1", server.smtp), timeout=10) as s:
        begin = time.monotonic()
        assert s.recv(100).startswith(b"220") and time.monotonic() - begin > 0.9
    with socket.create_connection(("127.0.0.1", server.smtp), timeout=10) as s:
        s.sendall(b"EHLO early.test\r\n")
        assert s.recv(100).startswith(b"554")
