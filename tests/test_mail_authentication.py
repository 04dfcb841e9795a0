"""Who wrote a mail: SPF, DKIM and DMARC against a name server of the test, with dkimpy as the signer. A PROXY header says where the client is."""
import json
import smtplib
import socket
import uuid

import dkim
import pytest

from conftest import lacking
from players import dkim_keys, opendkim
from players.names import Names
from players.server import ADDRESS, AGENT_TOKEN
from players.waiting import wait_for

THERE = "203.0.113.5"


class ProxiedSMTP(smtplib.SMTP):
    """As a proxy passes a client's connection on."""

    client, version = THERE, 1

    def _get_socket(self, host, port, timeout):
        s = socket.create_connection((host, port), timeout)
        if self.version == 1:
            s.sendall(f"PROXY TCP4 {self.client} 127.0.0.1 40000 25\r\n".encode())
        else:
            s.sendall(b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + socket.inet_aton(self.client) + socket.inet_aton("127.0.0.1") + b"\x9c\x40\0\x19")
        return s


@pytest.fixture
def names():
    made = Names()
    yield made
    made.close()


@pytest.fixture
def mail_server(make_server, names):
    def make(**more):
        def change(settings):
            settings["dns"] = {"servers": [names.address]}
            settings["smtp"].update({"proxies": ["127.0.0.0/8"], **more})
        return make_server(change)
    return make


def letter(text, sender="anna@shop.test", more=""):
    return (f"From: Anna <{sender}>\r\nTo: {ADDRESS}\r\nSubject: A question\r\nMessage-ID: <{uuid.uuid4().hex}@shop.test>\r\n"
            f"Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n{more}\r\n{text}\r\n").encode()


def send(server, data, envelope="anna@shop.test", client=THERE, version=1, **more):
    ProxiedSMTP.client, ProxiedSMTP.version = client, version
    with ProxiedSMTP("127.0.0.1", server.smtp, "mail.shop.test", timeout=30) as s:
        return s.sendmail(envelope, [ADDRESS], data, **more)


def found(server, text):
    """The message as the agents' API shows it, and the identity of who wrote."""
    (row,) = wait_for(text, lambda: server.rows(text, "in"))
    status, _, body = server.get(f"/api/v1/conversations/{row['conversation']}", {"Authorization": f"Bearer {AGENT_TOKEN}"})
    assert status == 200, body
    detail = json.loads(body)
    (message,) = [m for m in detail["messages"] if text in m["text"]]
    return message["verification"], detail["customer"]["identities"][0]


def signed(data, key, selector, domain="shop.test", algorithm=b"rsa-sha256", form=(b"relaxed", b"relaxed"), **more):
    if algorithm == b"rsa-sha256":
        with open(key, "rb") as f:
            private = f.read()
    else:
        private = dkim_keys.seed(key)
    return dkim.sign(data, selector.encode(), domain.encode(), private, canonicalize=form, signature_algorithm=algorithm, **more) + data


@pytest.mark.parametrize("form", [(b"relaxed", b"relaxed"), (b"simple", b"simple"), (b"relaxed", b"simple"), (b"simple", b"relaxed")])
def test_a_signature_by_dkimpy_verifies_in_every_form(mail_server, names, tmp_path, form):
    rsa, rsa_record = dkim_keys.rsa(tmp_path)
    ed, ed_record = dkim_keys.ed25519(tmp_path)
    names.text("r._domainkey.shop.test.", rsa_record)
    names.text("e._domainkey.shop.test.", ed_record)
    names.text("_dmarc.shop.test.", "v=DMARC1; p=reject")
    server = mail_server()
    body = "first-{}  with   blanks \t\r\n.dot\r\n\r\nend  \r\n\r\n"
    send(server, signed(letter(body.format("rsa"), more="X-Folded: a\r\n\tb\r\n"), rsa, "r", form=form))
    send(server, signed(letter(body.format("ed")), ed, "e", algorithm=b"ed25519-sha256", form=form), version=2)
    for kind in ("first-rsa", "first-ed"):
        verification, identity = found(server, kind)
        assert verification == {"verdict": "verified", "explanation": "DKIM of shop.test, DMARC pass"}
        assert identity["strength"] == "verified"


def test_a_signature_over_sha1_proves_nothing(mail_server, names, tmp_path):
    if why := opendkim.missing():
        lacking(why)
    rsa, record = dkim_keys.rsa(tmp_path)
    names.text("r._domainkey.shop.test.", record)
    server = mail_server()
    data = opendkim.sign(letter("signed-by-opendkim"), "shop.test", "r", rsa)
    assert b"a=rsa-sha1" in data
    send(server, data)
    assert found(server, "signed-by-opendkim")[0]["verdict"] == "unverified"


def test_forged_mail_is_shown_as_failed_and_stays_out_of_the_thread(mail_server, names, sinks, tmp_path):
    rsa, record = dkim_keys.rsa(tmp_path)
    names.text("r._domainkey.shop.test.", record)
    names.text("_dmarc.shop.test.", "v=DMARC1; p=reject")
    names.text("shop.test.", "v=spf1 ip4:203.0.113.77 -all")
    server = mail_server()
    real = letter("the-real-one")
    send(server, signed(real, rsa, "r"))
    ident = real.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode()
    send(server, letter("the-forged-one", more=f"References: {ident}\r\nIn-Reply-To: {ident}\r\n"))
    send(server, signed(letter("the-changed one"), rsa, "r").replace(b"the-changed one", b"the-changed two"))
    verification, identity = found(server, "the-forged-one")
    assert verification["verdict"] == "failed" and "DMARC fail for shop.test" in verification["explanation"]
    assert found(server, "the-changed two")[0]["verdict"] == "failed"
    rows = {r["text"].strip(): r["conversation"] for r in server.rows(direction="in")}
    assert rows["the-forged-one"] != rows["the-real-one"]
    # The bot does not answer: a person decides.
    owners = {c["id"]: c["owner"] for c in server.export("--conversations")}
    assert "queue" in str(owners[rows["the-forged-one"]])
    assert server.check_store() == []


def test_spf_with_dmarc_is_enough_and_without_it_is_not(mail_server, names):
    names.text("shop.test.", f"v=spf1 include:_spf.shop.test -all")
    names.text("_spf.shop.test.", "v=spf1 ip4:203.0.113.0/24 ~all")
    names.text("_dmarc.shop.test.", "v=DMARC1; p=quarantine")
    names.text("plain.test.", "v=spf1 ip4:203.0.113.0/24 -all")
    server = mail_server()
    send(server, letter("by-spf"))
    assert found(server, "by-spf")[0] == {"verdict": "verified", "explanation": "SPF of shop.test, DMARC pass"}
    send(server, letter("from-elsewhere"), client="198.51.100.1")
    assert found(server, "from-elsewhere")[0]["verdict"] == "failed"
    send(server, letter("no-dmarc", "bob@plain.test"), "bob@plain.test")
    verification, identity = found(server, "no-dmarc")
    assert verification["verdict"] == "unverified" and identity["strength"] == "claimed"


def test_a_name_server_that_fails_loses_no_mail(mail_server, names):
    names.failing |= {"shop.test.", "_dmarc.shop.test."}
    names.text("long.test.", "v=spf1 " + " ".join(f"ip4:192.0.2.{n}" for n in range(100)) + " ip4:203.0.113.0/24 -all")
    names.text("_dmarc.long.test.", "v=DMARC1; p=none")
    server = mail_server()
    send(server, letter("names-fail"))
    assert found(server, "names-fail")[0]["verdict"] == "unverified"
    # What is too long for a datagram is asked for by TCP.
    names.cuts = True
    send(server, letter("by-tcp", "bob@long.test"), "bob@long.test")
    verification, _ = found(server, "by-tcp")
    assert verification["verdict"] == "verified", f"{verification} {names.asked}"
    assert any(how == "tcp" for _, _, how in names.asked)


def test_forged_mail_is_refused_where_that_is_asked_for(mail_server, names):
    names.text("_dmarc.shop.test.", "v=DMARC1; p=reject")
    server = mail_server(refuse_forged=True)
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        send(server, letter("refused-one"))
    assert refusal.value.smtp_code == 550 and b"5.7.1" in refusal.value.smtp_error
    assert server.rows(direction="in") == []


def test_a_server_of_ours_is_believed_and_a_stranger_is_not(mail_server, names):
    server = mail_server(authserv_id="mx.support.test")
    more = "Authentication-Results: mx.support.test; dmarc=pass header.from=shop.test\r\n"
    send(server, letter("passed-on", more=more), client="10.0.0.9")
    verification, identity = found(server, "passed-on")
    assert verification == {"verdict": "verified", "explanation": "DMARC pass for shop.test, says mx.support.test"}
    send(server, letter("lied", "eve@other.test", more.replace("shop.test", "other.test")), "eve@other.test")
    assert found(server, "lied")[0]["verdict"] == "unverified"
    send(server, letter("another-id", "joe@third.test", "Authentication-Results: mx.evil.test; dmarc=pass header.from=third.test\r\n" + more), client="10.0.0.9")
    assert found(server, "another-id")[0]["verdict"] == "unverified"


def test_too_much_from_one_sender_waits(mail_server, names):
    server = mail_server(mails_per_minute_per_sender=2, mails_per_minute_per_peer=4)
    for n in range(2):
        send(server, letter(f"n{n}"))
    with pytest.raises(smtplib.SMTPResponseException) as refusal:
        send(server, letter("n3"))
    assert refusal.value.smtp_code == 451 and b"4.7.1" in refusal.value.smtp_error
    send(server, letter("other", "x@y.test"), "x@y.test")
    with pytest.raises(smtplib.SMTPResponseException):
        send(server, letter("other", "z@y.test"), "z@y.test")
    send(server, letter("elsewhere", "z@y.test"), "z@y.test", client="198.51.100.7")
    assert len(server.rows(direction="in")) == 4


@pytest.mark.parametrize("first", [b"EHLO x.test\r\n", b"PROXY TCP4 1.2.3 127.0.0.1 1 25\r\n", b"PROXY TCP4 1.2.3.4 127.0.0.1 99999 25\r\n", b"PROXY " + b"x" * 200 + b"\r\n"])
def test_a_proxy_that_does_not_say_who_it_speaks_for_is_not_heard(mail_server, names, first):
    server = mail_server()
    with socket.create_connection(("127.0.0.1", server.smtp), timeout=10) as s:
        s.sendall(first)
        said = b""
        try:
            while piece := s.recv(1000):
                said += piece
        except ConnectionResetError:
            pass
        assert said == b""


def test_only_configured_peers_speak_for_others(server):
    with socket.create_connection(("127.0.0.1", server.smtp), timeout=10) as s:
        s.sendall(f"PROXY TCP4 {THERE} 127.0.0.1 40000 25\r\n".encode())
        assert s.recv(1000)[:1] in (b"5", b"2")
        s.sendall(b"EHLO x.test\r\n")
        rest = s.recv(1000)
        assert not rest.startswith(b"250 "), rest
