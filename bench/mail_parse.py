#!/usr/bin/env python3
"""How fast mail is read, one thread, beside Python's own `email`: both read the same files, in turn, each in one process that is warm.

  bench/mail_parse.py [FOLDER OF .eml FILES] [--program MailBench] [--rounds N]

Three figures. "python": the header fields that matter, every part decoded, text to str, files hashed. "read": the same work of ours, which also
tells machine mail from people's, reads the text out of HTML where there is no other, and notes oddities. "report": all that `centralino mail
parse` prints, with what was written now and sanitised HTML. Without a folder, 400 mails of the usual kinds are made.
"""
import argparse, base64, email, email.policy, hashlib, os, pathlib, random, statistics, subprocess, sys, tempfile, time

PROGRAM = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), ".build/release/MailBench")

def made(place):
    """Mails as people send them: short texts, text with HTML, quoted histories, attachments of all sizes."""
    chance = random.Random(4)
    words = "ordine pacco consegna grazie perché città spedizione order parcel invoice please thanks when where fattura reso rimborso".split()
    for number in range(400):
        text = "\r\n".join(" ".join(chance.choices(words, k=11)) for _ in range(chance.randint(2, 40)))
        history = "\r\n".join("> " + " ".join(chance.choices(words, k=10)) for _ in range(chance.randint(0, 60)))
        head = (f"Received: from a.test by b.test; Mon, 02 Mar 2026 10:00:{number % 60:02} +0100\r\n" * 4 + f"From: =?utf-8?Q?Nicol=C3=B2?= <n{number}@c.test>\r\nTo: help@support.test\r\n"
                f"Subject: =?utf-8?B?{base64.b64encode('Dov’è il pacco?'.encode()).decode()}?=\r\nDate: Mon, 02 Mar 2026 10:00:00 +0100\r\nMessage-ID: <{number}@c.test>\r\nMIME-Version: 1.0\r\n")
        plain = f"{text}\r\n\r\nIl giorno lun 2 mar 2026 alle ore 10:00 Help <help@support.test> ha scritto:\r\n{history}\r\n".encode()
        if number % 3 == 0:
            mail = (head + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n").encode() + plain
        else:
            page = f"<html><body><div dir=\"ltr\">{text.replace(chr(13), '<br>')}</div><blockquote class=\"gmail_quote\"><p style=\"color:#333;margin:0\">{history}</p></blockquote></body></html>".encode()
            mail = (head + "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n").encode()
            for kind, body in (("plain", plain), ("html", page)):
                mail += f"--a\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + base64.encodebytes(body).replace(b"\n", b"\r\n")
            mail += b"--a--\r\n"
            if number % 3 == 1:
                blob = chance.randbytes(chance.choice([2_000, 30_000, 120_000]))
                mail += b"--m\r\nContent-Type: image/jpeg; name=foto.jpg\r\nContent-Disposition: attachment; filename=foto.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(blob).replace(b"\n", b"\r\n")
            mail += b"--m--\r\n"
        (place / f"{number:04}.eml").write_bytes(mail)


def python(files):
    for file in files:
        try:
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            for name in ("subject", "from", "to", "cc", "date", "message-id", "references"):
                str(mail[name])
            for part in mail.walk():
                if part.is_multipart():
                    continue
                body = part.get_payload(decode=True) or b""
                if part.get_content_maintype() == "text" and not part.get_filename():
                    body.decode(part.get_content_charset() or "utf-8", "replace")
                else:
                    hashlib.sha256(body).hexdigest()
        except Exception:
            pass


class Ours:
    """MailBench, asked for one pass at a time."""

    def __init__(self, program, files):
        self.list = tempfile.NamedTemporaryFile("w")
        self.list.writelines(f"{file}\n" for file in files)
        self.list.flush()
        self.child = subprocess.Popen([program, self.list.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def seconds(self, what):
        self.child.stdin.write(f"{what}\n")
        self.child.stdin.flush()
        return float(self.child.stdout.readline().split()[0])

    def end(self):
        self.child.communicate()
        self.list.close()


def measured(program=PROGRAM, folder=None, rounds=5):
    """(how many mails, how many octets, {figure: median seconds of a pass over all of them})"""
    with tempfile.TemporaryDirectory() as place:
        if folder is None:
            made(pathlib.Path(place))
        files = sorted(pathlib.Path(folder or place).rglob("*.eml"))
        if not files:
            sys.exit(f"{folder}: no .eml files here")
        reader, times = Ours(program, files), {"read": [], "report": [], "python": []}
        for n in range(rounds + 1):
            for name, values in times.items():
                begin = time.perf_counter()
                seconds = python(files) or time.perf_counter() - begin if name == "python" else reader.seconds(name)
                if n:   # the first round warms both
                    values.append(seconds)
        reader.end()
        return len(files), sum(os.path.getsize(file) for file in files), {name: statistics.median(values) for name, values in times.items()}


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("folder", nargs="?")
    ap.add_argument("--program", default=PROGRAM)
    ap.add_argument("--rounds", type=int, default=5)
    args = ap.parse_args()
    mails, octets, seconds = measured(args.program, args.folder, args.rounds)
    print(f"{mails} mails, {octets / 1e6:.1f} MB; medians of {args.rounds} interleaved rounds: Python {mails / seconds['python']:.0f}/s")
    for name, what in (("read", "reading alone"), ("report", "all that mail parse prints")):
        print(f"  {what}: {mails / seconds[name]:.0f}/s, {seconds['python'] / seconds[name]:.1f} ×")


if __name__ == "__main__":
    main()
