#!/usr/bin/env python3
"""How fast mail is read, one thread, beside Python's own `email`: both read the same mails in turn, rounds of one after the other.

  bench/mail_parse.py [PROGRAM] [FOLDER OF .eml FILES]

Ours is `mail parse --batch`: everything it prints is made (text, reply, sanitised HTML, digests). Python's reads the header fields that
matter, decodes every part and hashes the attachments. Without a folder, 400 mails of the usual kinds are made.
"""
import base64, email, email.policy, hashlib, os, pathlib, random, statistics, subprocess, sys, tempfile, time


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


def ours(program, files):
    names = "".join(f"{file}\n" for file in files).encode()
    said = subprocess.run([program, "mail", "parse", "--batch"], input=names, stdout=subprocess.PIPE, check=True).stdout
    assert said.count(b"\n") == len(files), "a line for each mail"


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else ".build/release/centralino"
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(place)
        if len(sys.argv) <= 2:
            made(folder)
        files = sorted(folder.glob("*.eml"))
        if not files:
            sys.exit(f"{folder}: no .eml files here")
        size = sum(os.path.getsize(file) for file in files)
        times = {"ours": [], "python": []}
        for _ in range(5):
            for name, run in (("ours", lambda: ours(program, files)), ("python", lambda: python(files))):
                start = time.perf_counter()
                run()
                times[name].append(time.perf_counter() - start)
    own, other = statistics.median(times["ours"]), statistics.median(times["python"])
    print(f"{len(files)} mails, {size / 1e6:.1f} MB: centralino {len(files) / own:.0f}/s, Python {len(files) / other:.0f}/s, ratio {other / own:.1f} (medians of 5, start of our program included)")


if __name__ == "__main__":
    main()
