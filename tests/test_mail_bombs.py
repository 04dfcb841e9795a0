"""Mails that are made to exhaust whoever reads them. Each is made here, read by a fresh process, and must cost little."""

import base64
import json
import os
import subprocess
import time

import pytest

from players.server import RELEASE

HEAD = b"From: a@c.test\r\nTo: help@support.test\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


def nested(count):
    opening = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(count))
    return HEAD + opening + b"\r\ninnermost\r\n"


def nested_messages(count):
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * count + b"Subject: inner\r\n\r\nx\r\n"


def parts(count):
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * count + b"--b--\r\n"


BOMBS = {
    "10,000 nested multiparts": lambda: nested(10_000),
    "10,000 nested messages": lambda: nested_messages(10_000),
    "200,000 parts": lambda: parts(200_000),
    "To with 100,000 addresses": lambda: b"To: " + b", ".join(b"a%d@x.test" % i for i in range(100_000)) + b"\r\n" + HEAD + b"\r\nx",
    "From with 100,000 quoted words": lambda: b"From: " + b"\"a\" " * 100_000 + b"<a@x.test>\r\nSubject: x\r\n\r\nx",
    "From with 50,000 nested comments": lambda: b"From: " + b"(" * 50_000 + b")" * 50_000 + b"a@x.test\r\nSubject: x\r\n\r\nx",
    "From of colons": lambda: b"From: " + b":" * 200_000 + b"\r\n\r\nx",
    "20,000 RFC 2231 continuations": lambda: HEAD + b"Content-Type: application/x;" + b"".join(b"\r\n name*%d=a;" % i for i in range(20_000)) + b"\r\n\r\nx",
    "100,000 references": lambda: HEAD + b"References: " + b"\r\n ".join(b"<%d@x.test>" % i for i in range(100_000)) + b"\r\n\r\nx",
    "10 MB of base64 rubbish": lambda: HEAD + b"Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"!?*=" * 2_500_000,
    "1,000,000 soft line ends": lambda: HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=\r\n" * 1_000_000,
    "a header of 5 MB": lambda: b"X-Long: " + b"a" * 5_000_000 + b"\r\n" + HEAD + b"\r\nx",
    "a folded subject of 5 MB": lambda: b"Subject: " + b"a\r\n " * 1_250_000 + b"\r\n" + HEAD + b"\r\nx",
    "100,000 header fields": lambda: HEAD + b"".join(b"X-%d: a\r\n" % i for i in range(100_000)) + b"\r\nx",
    "a subject of 210 KB of encoded words": lambda: b"Subject: " + b"\r\n ".join([b"=?utf-8?Q?=C3=A8?="] * 11_000) + b"\r\n\r\nx",
    "beginnings of encoded words": lambda: b"Subject: " + b"=?utf-8?Q?" * 20_000 + b"\r\n\r\nx",
    "400,000 open elements": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 400_000,
    "100,000 open formats and paragraphs": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<b><i><p>" * 100_000,
    "200,000 attributes": lambda: HEAD + b"Content-Type: text/html\r\n\r\n<p " + b" ".join(b"a%d=1" % i for i in range(200_000)) + b">",
    "tables in tables": lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<table><tr><td>" * 50_000,
    "100,000 lines of quotes": lambda: HEAD + b"\r\n" + b"> > > > x\r\n" * 100_000,
    "a line of 10 MB": lambda: HEAD + b"\r\n" + b"a" * 10_000_000,
    "2 MB of blanks": lambda: HEAD + b"\r\n" + b" " * 2_000_000 + b"x",
    "a calendar of 2 MB": lambda: HEAD + b"Content-Type: text/calendar\r\n\r\n" + b"BEGIN:VEVENT\r\nSUMMARY:x\r\n" * 80_000,
    "a winmail.dat that lies": lambda: HEAD + b"Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(b"\x78\x9f\x3e\x22\x01\x00" + b"\x02\x02\x90\x06\x00\x00\x00\x00\x00\x00\x00" * 300_000 + b"\x02\x0f\x80\x06\x00\xff\xff\xff\x7f"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_within_a_second_and_256_MiB(tmp_path, name):
    mail = tmp_path / "bomb.eml"
    mail.write_bytes(BOMBS[name]())
    start = time.monotonic()
    with open(tmp_path / "out", "wb") as out:
        child = subprocess.Popen([RELEASE, "mail", "parse", str(mail)], stdout=out)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - start
    print(f"{name}: {mail.stat().st_size / 1e6:.1f} MB, {used.ru_utime + used.ru_stime:.2f} s of processor, {seconds:.2f} s, {used.ru_maxrss / 1024:.0f} MiB")
    assert child.returncode == 0
    said = json.loads((tmp_path / "out").read_bytes())
    assert "subject" in said
    # Processor time: the machine may be doing something else besides.
    assert used.ru_utime + used.ru_stime <= 1.0
    assert used.ru_maxrss <= 256 * 1024
