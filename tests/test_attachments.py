"""Files of mails: kept once by their content, found wherever they are referred to, gone when nothing refers to them."""
import email.message
import hashlib
import json
import os
import smtplib

from players.server import ADDRESS, AGENT_TOKEN
from players.waiting import wait_for

TOKEN = {"authorization": f"Bearer {AGENT_TOKEN}"}


def mail(number, files, size=0):
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = f"c{number}@customer.test", ADDRESS, "With files"
    message["Message-ID"] = f"<file-{number}@customer.test>"
    message.set_content(f"file-mail-{number}." + "\n" + "x" * 70 + "\n" * (size > 0) + ("y" * 70 + "\n") * (size // 71))
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def send(server, number, files=(), data=None):
    with smtplib.SMTP("127.0.0.1", server.smtp, "customer.test", timeout=30) as s:
        s.sendmail(f"c{number}@customer.test", [ADDRESS], data or mail(number, files))


def kept(server):
    return sorted(name for folder, _, names in os.walk(os.path.join(server.data, "files")) for name in names)


def message_of(server, number):
    (row,) = wait_for("the mail", lambda: server.rows(f"file-mail-{number}.", "in"))
    status, _, body = server.get(f"/api/v1/conversations/{row['conversation']}", TOKEN)
    (message,) = [m for m in json.loads(body)["messages"] if m["id"] == row["id"]]
    return row["conversation"], message


def test_one_content_is_one_file_however_many_mails_bring_it(server):
    content = os.urandom(20_000)
    name = hashlib.sha256(content).hexdigest()
    for number in range(100):
        send(server, number, [(f"invoice {number}.pdf", content)])
    assert kept(server) == [name] and not server.check_store()
    conversation, message = message_of(server, 42)
    (file,) = message["attachments"]
    assert (file["name"], file["size"], file["sha256"]) == ("invoice 42.pdf", 20_000, name)
    status, headers, body = server.get(f"/api/v1/conversations/{conversation}/messages/{message['id']}/files/{name}", TOKEN)
    assert status == 200 and body == content
    assert headers["content-disposition"].startswith('attachment; filename="invoice 42.pdf"') and headers["x-content-type-options"] == "nosniff"
    # The whole mail is there as it came.
    status, headers, body = server.get(f"/api/v1/conversations/{conversation}/messages/{message['id']}/original", TOKEN)
    assert status == 200 and message["has_original"] and b"Message-ID: <file-42@customer.test>" in body and headers["content-type"] == "application/octet-stream"
    # It is this message's file, not anybody's who knows its digest.
    other, elsewhere = message_of(server, 41)
    assert server.get(f"/api/v1/conversations/{other}/messages/{message['id']}/files/{name}", TOKEN)[0] == 404
    assert server.get(f"/api/v1/conversations/{other}/messages/{elsewhere['id']}/files/{'0' * 64}", TOKEN)[0] == 404


def test_names_of_strangers_are_shown_harmlessly_and_make_no_path(server):
    send(server, 1, [("../../etc/pass\u202ewd.pdf", b"1"), ("C:\\x\\CON", b"2")])
    _, message = message_of(server, 1)
    assert [f["name"] for f in message["attachments"]] == ["passwd.pdf", "_CON"]
    assert kept(server) == sorted(hashlib.sha256(c).hexdigest() for c in (b"1", b"2")) and not os.path.exists(os.path.join(server.data, "etc"))


def test_a_crash_between_file_and_row_leaves_nothing_behind(make_server):
    # Files are on disk, the row is not: neither the attachment nor the large original may stay.
    server = make_server(start=False)
    server.start(environment={"CENTRALINO_CRASH_AT": "after-sync:1"})
    content = os.urandom(30_000)
    data = mail(7, [("a.pdf", content)], size=400_000)
    try:
        send(server, 7, data=data)
        raise AssertionError("the server lived")
    except (smtplib.SMTPException, OSError):
        pass
    wait_for("the end", lambda: not server.running)
    assert len(kept(server)) == 2
    server.start()
    wait_for("the sweep", lambda: not kept(server))
    assert not server.check_store()
    # The sender offers it again, as it must.
    send(server, 7, data=data)
    assert len(kept(server)) == 2 and not server.check_store()
    # A repeat adds nothing; a file that is gone is found.
    send(server, 7, data=data)
    assert len(kept(server)) == 2
    name = hashlib.sha256(content).hexdigest()
    os.unlink(os.path.join(server.data, "files", name[:2], name))
    status, out, _ = server.run("store", "check")
    assert status == 1 and "file that is not there" in out and name in out


def test_a_backup_takes_the_files_along(server, make_server, tmp_path):
    content = os.urandom(10_000)
    send(server, 3, data=mail(3, [("a.pdf", content)], size=400_000))
    copy = str(tmp_path / "copy.sqlite")
    assert server.run("store", "backup", copy)[0] == 0
    other = make_server(start=False, name="restored")
    assert other.run("store", "restore", copy)[0] == 0
    assert kept(other) == kept(server) and len(kept(other)) == 2 and not other.check_store()
    # What a restore replaces can be restored as well, files and all, although the server swept them meanwhile.
    other.start()
    send(other, 4, [("b.pdf", b"only here")])
    assert other.stop()[0] == 0 and len(kept(other)) == 3
    assert other.run("store", "restore", copy)[0] == 0
    other.start()
    wait_for("the sweep", lambda: len(kept(other)) == 2)
    assert other.stop()[0] == 0
    before = sorted(n for n in os.listdir(other.data) if n.startswith("before-restore-") and n.endswith(".sqlite"))[-1]
    assert other.run("store", "restore", os.path.join(other.data, before))[0] == 0
    assert len(kept(other)) == 3 and not other.check_store()
