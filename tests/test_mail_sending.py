"""What leaves by mail: signatures checked by dkimpy and OpenDKIM, the mail servers of the recipient's domain, reports, the null path."""
import email
import email.policy
import smtplib
import uuid

import dkim
import pytest

from conftest import lacking
from players import articles, certificates, dkim_keys, opendkim
from players.names import Names
from players.server import ADDRESS
from players.sinks import Sinks
from players.waiting import wait_for

BOB = "bob@customer.test"


def ask(server, topic="invoice", sender=BOB):
    ident = f"<{uuid.uuid4().hex}@customer.test>"
    data = (f"From: Bob <{sender}>\r\nTo: {ADDRESS}\r\nSubject: =?utf-8?q?Citt=C3=A0?=\r\nMessage-ID: {ident}\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\n"
            f"{articles.question(topic)}\r\n").encode()
    with smtplib.SMTP("127.0.0.1", server.smtp, "customer.test", timeout=15) as s:
        s.sendmail(sender, [ADDRESS], data)
    return ident


@pytest.fixture
def names():
    made = Names()
    yield made
    made.close()


@pytest.fixture
def exchange(authority):
    """A mail server of somebody else, with a certificate for localhost and 127.0.0.1."""
    folder, ca = authority
    made = Sinks(*certificates.certificate(folder, "exchange", ca))
    made.ca = ca[0]
    yield made
    made.close()


def test_replies_are_signed_with_both_keys(make_server, sinks, tmp_path):
    rsa, rsa_record = dkim_keys.rsa(tmp_path)
    ed, ed_record = dkim_keys.ed25519(tmp_path)
    records = {b"r2026._domainkey.support.test.": rsa_record.encode(), b"e2026._domainkey.support.test.": ed_record.encode()}

    def change(settings):
        settings["channels"][2]["settings"]["dkim"] = {"keys": [{"selector": "r2026", "file": rsa}, {"selector": "e2026", "file": ed}]}
    server = make_server(change)
    reply = wait_for("the reply", lambda ident=ask(server): sinks.mails_about(ident))[0]
    assert reply.data.count(b"DKIM-Signature:") == 2
    for index in range(2):
        checked = dkim.DKIM(reply.data)
        assert checked.verify(index, dnsfunc=lambda name, timeout=5: records.get(name if isinstance(name, bytes) else name.encode()))
        signed = [f.lower() for f in checked.include_headers]
        assert signed.count(b"from") == 2 and b"subject" in signed and b"message-id" in signed
    # A From that somebody adds on the way breaks it.
    forged = b"From: eve@evil.test\r\n" + reply.data
    assert not dkim.DKIM(forged).verify(1, dnsfunc=lambda name, timeout=5: records.get(name if isinstance(name, bytes) else name.encode()))
    if why := opendkim.missing():
        lacking(why)
    # Its signature over Ed25519 is not known to OpenDKIM: the RSA one must be right for it, and a changed text wrong.
    rsa_only = reply.data[reply.data.index(b"DKIM-Signature:", 1):]
    keys = {"r2026._domainkey.support.test.": rsa_record, "e2026._domainkey.support.test.": ed_record}
    assert opendkim.verify(rsa_only, keys) == ""
    assert opendkim.verify(rsa_only + b"more\r\n", keys) != ""


def test_a_key_that_is_none_is_named_before_anything_is_sent(make_server, tmp_path):
    weak, _ = dkim_keys.rsa(tmp_path, 1024)
    for key, words in [({"selector": "a", "file": weak}, "only 1024 bits"), ({"selector": "a", "file": str(tmp_path / "none.pem")}, "cannot be read"),
                       ({"selector": "A b", "file": weak}, "must be a name"), ({"selector": "a"}, "needs a file")]:
        def change(settings):
            settings["channels"][2]["settings"]["dkim"] = {"keys": [key]}
        server = make_server(change, start=False)
        status, _, err = server.run("check")
        assert status == 1 and words in err and "channels[2].settings.dkim" in err, err


def direct(names, port, tls=None, **more):
    def change(settings):
        settings["dns"] = {"servers": [names.address]}
        options = {"port": port, **({"tls": tls} if tls else {})}
        settings["channels"][2]["settings"] = {"address": ADDRESS, "delivery": {"direct": options}, **more}
    return change


def test_direct_delivery_goes_by_the_order_of_the_exchangers(make_server, names, sinks):
    names.table[("customer.test.", "MX")] = ["20 second.test.", "10 first.test.", "30 third.test."]
    names.table[("second.test.", "A")] = ["127.0.0.1"]
    names.table[("third.test.", "A")] = ["127.0.0.1"]
    names.table[("first.test.", "A")] = ["127.0.0.9"]      # nobody listens there
    server = make_server(direct(names, sinks.smtp_port))
    reply = wait_for("the reply", lambda ident=ask(server): sinks.mails_about(ident))[0]
    assert reply.recipients == [BOB] and reply.sender == ""
    order = [n for n, k, _ in names.asked if k == "A"]
    assert order.index("first.test.") < order.index("second.test.") and "third.test." not in order
    wait_for("delivered", lambda: [r for r in server.rows(direction="out") if r["state"] == "delivered"])


def test_without_exchangers_the_domain_itself_is_tried(make_server, names, sinks):
    names.table[("customer.test.", "A")] = ["127.0.0.1"]
    server = make_server(direct(names, sinks.smtp_port))
    wait_for("the reply", lambda ident=ask(server): sinks.mails_about(ident))


def test_a_domain_that_takes_no_mail_is_final(make_server, names, sinks):
    names.table[("customer.test.", "MX")] = ["0 ."]
    names.table[("customer.test.", "A")] = ["127.0.0.1"]
    server = make_server(direct(names, sinks.smtp_port))
    ask(server)
    wait_for("refused", lambda: [r for r in server.rows(direction="out") if r["state"] == "refused"])
    assert sinks.mails == []


def test_a_private_address_behind_a_name_is_not_dialled(make_server, names, sinks):
    names.table[("customer.test.", "MX")] = ["10 inside.test."]
    names.table[("inside.test.", "A")] = ["10.0.0.1"]
    server = make_server(direct(names, sinks.smtp_port))
    ask(server)
    wait_for("a try", lambda: [r for r in server.rows(direction="out") if r["attempts"] == 1 and r["state"] == "pending"])
    assert sinks.mails == []


def test_tls_is_taken_where_it_is_offered_and_right(make_server, names, exchange, authority):
    names.table[("customer.test.", "MX")] = ["10 localhost."]
    names.table[("localhost.", "A")] = ["127.0.0.1"]
    server = make_server(direct(names, exchange.smtp_port, "required"), environment={"SSL_CERT_FILE": exchange.ca}, sinks=exchange)
    reply = wait_for("the reply", lambda ident=ask(server): exchange.mails_about(ident))[0]
    assert reply.encrypted


def test_a_wrong_certificate_stops_required_tls_and_not_opportunistic(make_server, names, exchange):
    names.table[("customer.test.", "MX")] = ["10 localhost."]
    names.table[("localhost.", "A")] = ["127.0.0.1"]
    strict = make_server(direct(names, exchange.smtp_port, "required"), sinks=exchange)
    ask(strict)
    wait_for("a try", lambda: [r for r in strict.rows(direction="out") if r["attempts"] == 1 and r["state"] == "pending"])
    assert exchange.mails == []
    easy = make_server(direct(names, exchange.smtp_port), sinks=exchange)
    reply = wait_for("the reply", lambda ident=ask(easy): exchange.mails_about(ident))[0]
    assert not reply.encrypted


def test_the_bots_answers_have_the_null_path_and_fall_back_where_nobody_takes_it(make_server, sinks):
    server = make_server()
    reply = wait_for("the reply", lambda ident=ask(server): sinks.mails_about(ident))[0]
    assert reply.sender == "" and reply.message["Auto-Submitted"] == "auto-replied"
    sinks.answer_mail = lambda stage, text: "550 5.7.1 no null senders" if stage == "mail" and "<>" in text else ""
    reply = wait_for("the second reply", lambda ident=ask(server, "warranty", "eve@customer.test"): sinks.mails_about(ident))[0]
    assert reply.sender == ADDRESS


def test_no_bare_line_ends_leave(make_server, sinks):
    server = make_server()
    reply = wait_for("the reply", lambda ident=ask(server): sinks.mails_about(ident))[0]
    assert reply.data.count(b"\r") == reply.data.count(b"\n") == reply.data.count(b"\r\n")
    assert email.message_from_bytes(reply.data, policy=email.policy.default)["Subject"] == "Re: Città"
