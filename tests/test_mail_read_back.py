"""What leaves by mail, read back by three libraries that are not ours to bend: Python's email, Ruby's mail, and GMime behind `mail parse`."""
import email.header
import email.message
import hashlib
import html
import json
import os
import re
import shutil
import smtplib
import subprocess
import urllib.parse

import pytest

from conftest import lacking
from players import articles
from players.server import ADDRESS, AGENT, AGENT_TOKEN
from players.waiting import wait_for

TOKEN = {"authorization": f"Bearer {AGENT_TOKEN}", "content-type": "application/json"}
BOB = "bob@customer.test"

NAMES = ['Anna "Nanni" Rossi, Ufficio Clienti', "Zoë 👩‍🔧 Müller; <support>", "אבגדה וזחט"]
SUBJECTS = ["short", "parola " * 60 + "fine", "👩‍🔧" * 40, "שלום עולם " * 12, "Città, perché? " + "ü" * 300, "=?utf-8?q?not_encoded?= twice = ?", "a" * 900]
TEXTS = [
    "One line.", "Riga lunga " + "x" * 2000 + "\nfine", "è" * 1500, "bare\rreturn and\r\nboth\nends", ".\n..\nFrom here\n.hidden", "tabs\tand blanks   \n  indented & <b>not bold</b>",
    "שורה ראשונה\nsecond https://example.com/a?b=1&c=2. End", "👍🏽 " * 300, "= =3D =20\n--=_1_boundary\n--\n-- \nAnna",
]
FILES = [("invoice.pdf", b"%PDF-1.4 nothing"), ("Perché – già «così» 👩‍🔧.txt", "è".encode()), ("שם הקובץ.bin", bytes(range(256)) * 40), ("a" * 200 + ".tar.gz", b""),
         ('quo"te; semi=colon\'s.csv', b"a;b\r\n.\r\n"), ("gpj.\u202eexe", b"MZ"), ("inner.eml", b"From: x@y.z\r\n\r\nnot read")]


def by_python(mail):
    m = mail.message
    plain, page = m.get_body(("plain",)), m.get_body(("html",))
    return {"subject": m["Subject"], "from": [(a.display_name, a.addr_spec) for a in m["From"].addresses], "message_id": m["Message-ID"].strip("<>"),
            "text": plain.get_content().strip(), "html": page.get_content().strip(),
            "files": [(a.get_filename(), a.get_content_type(), hashlib.sha256(a.get_payload(decode=True)).hexdigest()) for a in m.iter_attachments()]}


def by_ruby(path):
    if not shutil.which("ruby") or subprocess.run(["ruby", "-e", "require 'mail'"], capture_output=True).returncode:
        lacking("Ruby's mail library is not here: apt install ruby-mail")
    done = subprocess.run(["ruby", "-Ku", os.path.join(os.path.dirname(__file__), "players", "read_mail.rb"), path], capture_output=True, timeout=60,
                          env=dict(os.environ, LANG="C.UTF-8"))
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found = json.loads(done.stdout)
    return found | {"from": [tuple(a) for a in found["from"]], "files": [(f["name"], f["mime"], f["sha256"]) for f in found["files"]]}


def by_us(server, path):
    status, out, err = server.run("mail", "parse", path, config=False)
    assert status == 0, err
    found = json.loads(out)
    assert found["notes"] == []
    return {"subject": found["subject"], "from": [(found["from"]["name"], found["from"]["address"])], "message_id": found["message_id"], "text": found["text"].strip(),
            "html": found["html"].strip(), "files": [(f["name"], f["mime"], f["sha256"]) for f in found["attachments"]]}


def words(page):
    """What a page says, its blanks and lines as text."""
    inner = re.search(r"<body>(.*)</body>", page, re.S)
    text = re.sub(r"<br>\n?", "\n", inner[1] if inner else page)
    return html.unescape(re.sub(r"<[^>]*>", "", text)).replace("\u00a0", " ").strip()


def call(server, method, path, body=None, headers=None):
    status, _, answer = server.get(path, {**TOKEN, **(headers or {})}, method=method, body=body)
    assert status in (200, 201), (status, answer)
    return json.loads(answer)


def conversation(server, subject, number):
    """Bob's question under that subject, taken by the agent."""
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = f"bob{number}@customer.test", ADDRESS, f"<back-{number}@customer.test>"
    head = f"Subject: {email.header.Header(subject, 'utf-8', maxlinelen=70).encode()}\n".replace("\n", "\r\n").encode()
    mail.set_content(f"read-back-{number}. I want to talk to a person.")
    with smtplib.SMTP("127.0.0.1", server.smtp, "customer.test", timeout=15) as s:
        s.sendmail(f"bob{number}@customer.test", [ADDRESS], head + mail.as_bytes(policy=mail.policy.clone(linesep="\r\n")))
    (row,) = wait_for("the question", lambda: server.rows(f"read-back-{number}.", "in"))
    call(server, "POST", f"/api/v1/conversations/{row['conversation']}/take", "{}")
    return row["conversation"]


def bring(server, name, content, mime="application/octet-stream"):
    return call(server, "POST", f"/api/v1/files?name={urllib.parse.quote(name)}", content, {"content-type": mime})


def checked(server, mail, tmp_path, subject, text, name, files=()):
    """The same facts by all three, and they are what went in; the octets keep every limit."""
    assert b"\r" not in mail.data.replace(b"\r\n", b"") and b"\n" not in mail.data.replace(b"\r\n", b"")
    assert max(len(line) for line in mail.data.split(b"\r\n")) <= 998 and max(mail.data) < 128
    assert all(len(line) <= 78 for line in mail.data.split(b"\r\n\r\n")[0].split(b"\r\n"))
    path = str(tmp_path / "out.eml")
    with open(path, "wb") as f:
        f.write(mail.data)
    clean = re.sub(r"\r\n?", "\n", text).strip()
    for facts in (by_python(mail), by_us(server, path), by_ruby(path)):
        assert re.sub(r"\s+", " ", facts["subject"]).strip() == re.sub(r"\s+", " ", f"Re: {subject}").strip()
        assert facts["from"] == [(name, ADDRESS)] and facts["message_id"] == mail.ident.strip("<>")
        assert [line.rstrip() for line in facts["text"].split("\n")] == [line.rstrip() for line in clean.split("\n")]
        assert facts["files"] == list(files)
        page = words(facts["html"])
        assert re.sub(r"\s+", "", page) == re.sub(r"\s+", "", clean), (page, clean)
        assert not re.search(r"<(script|img|link|style|iframe|b)\b|src=|url\(", facts["html"])


@pytest.mark.parametrize("name", NAMES)
def test_subjects_texts_and_names_come_through_as_they_are(make_server, sinks, tmp_path, name):
    def change(settings):
        settings["agents"] = [{"email": AGENT, "token": AGENT_TOKEN, "name": name}]
    server = make_server(change)
    for number, text in enumerate(TEXTS):
        subject = SUBJECTS[number % len(SUBJECTS)]
        ident = conversation(server, subject, number)
        call(server, "POST", f"/api/v1/conversations/{ident}/reply", json.dumps({"text": text}))
        # The first is the notice that a person will answer.
        notice, reply = wait_for("the reply", lambda: [m for m in sinks.mails if f"bob{number}@customer.test" in m.recipients][:2][1:] and
                                 [m for m in sinks.mails if f"bob{number}@customer.test" in m.recipients])
        checked(server, reply, tmp_path, subject.strip(), text, name)


def test_an_answer_goes_out_with_its_looks(server, sinks, tmp_path):
    ident = "<looks@customer.test>"
    with smtplib.SMTP("127.0.0.1", server.smtp, "customer.test", timeout=15) as s:
        s.sendmail(BOB, [ADDRESS], f"From: {BOB}\r\nTo: {ADDRESS}\r\nSubject: x\r\nMessage-ID: {ident}\r\n\r\n{articles.question('shipping-cost')}\r\n".encode())
    (mail,) = wait_for("the answer", lambda: sinks.mails_about(ident))
    assert mail.message.get_content_type() == "multipart/alternative"
    facts = by_python(mail)
    assert "<p>" in facts["html"] and words(facts["html"]).split()[:3] == facts["text"].replace("*", "").split()[:3]


def test_files_go_along_once_kept_and_named_as_they_are(server, sinks, tmp_path):
    ident = conversation(server, "files", 1)
    brought = [bring(server, name, content, "application/pdf" if name.endswith(".pdf") else "application/octet-stream") for name, content in FILES]
    assert [b["name"] for b in brought][5] == "gpj.exe" and brought[3]["name"].endswith(".gz") and len(brought[3]["name"]) <= 150
    body = json.dumps({"text": "see the files", "files": [b["id"] for b in brought]})
    for _ in range(2):  # again under the same key: once
        detail = call(server, "POST", f"/api/v1/conversations/{ident}/reply", body, {"idempotency-key": "k1"})
    message = detail["messages"][-1]
    assert [(f["name"], f["size"], f["sha256"]) for f in message["attachments"]] == [(b["name"], b["size"], b["sha256"]) for b in brought]
    (mail,) = wait_for("the files", lambda: [m for m in sinks.mails if "see the files" in m.text])
    assert mail.message.get_content_type() == "multipart/mixed" and next(iter(mail.message.iter_parts())).get_content_type() == "multipart/alternative"
    expected = [(b["name"], b["mime"], hashlib.sha256(content).hexdigest()) for b, (_, content) in zip(brought, FILES)]
    python = by_python(mail)["files"]
    assert [(m, d) for _, m, d in python] == [(m, d) for _, m, d in expected]
    path = str(tmp_path / "out.eml")
    with open(path, "wb") as f:
        f.write(mail.data)
    for files in (python, by_us(server, path)["files"], by_ruby(path)["files"]):
        assert [d for _, _, d in files] == [d for _, _, d in expected]
        for (name, _, _), (wanted, _, _) in zip(files, expected):
            # What cannot stand in a file's name on every system is left out on the way; the rest is as it was.
            assert name == re.sub(r'[/\\:*?"<>|]', "", wanted)[:120].strip() or name == wanted
    # Agents get them back from the console.
    status, headers, got = server.get(f"/api/v1/conversations/{ident}/messages/{message['id']}/files/{brought[0]['sha256']}", TOKEN)
    assert status == 200 and got == FILES[0][1]
    # Taken once, by who brought it; a file too large, too many, a stranger's and a channel without files are refused.
    def refusal(path, body, headers=None):
        status, _, answer = server.get(path, {**TOKEN, **(headers or {})}, method="POST", body=body)
        return status, json.loads(answer)["error"]["code"] if answer.startswith(b"{") else answer
    reply = f"/api/v1/conversations/{ident}/reply"
    assert refusal(reply, body) == (422, "unknown_file")
    assert refusal(reply, json.dumps({"text": "x", "files": ["a"] * 2}))[0] == 422
    assert refusal(reply, json.dumps({"text": "x", "files": [str(n) for n in range(11)]}))[0] == 422
    large = [bring(server, f"{n}.bin", os.urandom(9 << 20))["id"] for n in range(3)]
    assert refusal(reply, json.dumps({"text": "x", "files": large})) == (422, "files_too_large")
    # The server may hang up while the rest is still being sent.
    assert refusal("/api/v1/files?name=x", b"x" * ((10 << 20) + 1), {"content-type": "application/octet-stream"})[0] in (413, None)
    assert refusal("/api/v1/files?name=x", b"x", {"content-type": "text/plain"}) == (415, "no_type")
    assert server.get("/api/v1/files?name=x", {"content-type": "application/octet-stream"}, method="POST", body=b"x")[0] == 401
    assert not server.check_store()


def test_a_channel_without_files_says_so_and_keeps_them(server, sinks):
    from players.lines import LineCustomer
    line = LineCustomer(server.line)
    line.say("/human")
    (row,) = wait_for("the line", lambda: [c for c in server.export("--conversations") if c["channel"] == "line"])
    call(server, "POST", f"/api/v1/conversations/{row['id']}/take", "{}")
    kept = bring(server, "a.txt", b"a")
    status, _, answer = server.get(f"/api/v1/conversations/{row['id']}/reply", TOKEN, method="POST", body=json.dumps({"text": "x", "files": [kept["id"]]}))
    assert status == 409 and json.loads(answer)["error"]["code"] == "no_files"
    ident = conversation(server, "files", 2)
    call(server, "POST", f"/api/v1/conversations/{ident}/reply", json.dumps({"text": "here it is", "files": [kept["id"]]}))
    (mail,) = wait_for("the file", lambda: [m for m in sinks.mails if "here it is" in m.text])
    assert [a.get_filename() for a in mail.message.iter_attachments()] == ["a.txt"]
    line.close()
