"""Where the server's replies go: an HTTP address and a mail relay that write down everything and answer as they are told.

What is received is written down before it is answered, so that nothing that the server may believe delivered is missing here.
"""
import base64
import email
import email.policy
import json
import re
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Post:
    at: float
    path: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def ident(self):
        return self.headers.get("webhook-id") or (self.json.get("id") if self.body.startswith(b"{") else None)


@dataclass
class Mail:
    at: float
    sender: str
    recipients: list
    data: bytes
    encrypted: bool = False
    user: str | None = None
    message: object = field(init=False)

    def __post_init__(self):
        self.message = email.message_from_bytes(self.data, policy=email.policy.default)

    @property
    def ident(self):
        return (self.message["Message-ID"] or "").strip()

    @property
    def text(self):
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""


class Sinks:
    """`answer_post(post)` may give a (status, {fields}) and `answer_mail(stage, text)` a reply line, else all is taken.

    stage is one of connect, ehlo, mail, rcpt, data, end. An answer of None from `answer_mail` breaks the connection.
    """

    def __init__(self, certificate=None, key=None):
        self.posts, self.mails, self.lock = [], [], threading.Lock()
        self.answer_post = lambda post: (204, {})
        self.answer_mail = lambda stage, text: ""
        self.credentials, self.context, self.listeners, self.closed = None, None, [], False
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate, key)
        self.http_port, self.smtp_port = self.listen(self.serve_http), self.listen(self.serve_smtp)

    def listen(self, serve):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        self.listeners.append(listener)
        threading.Thread(target=self.accept, args=(listener, serve), daemon=True).start()
        return listener.getsockname()[1]

    def accept(self, listener, serve):
        while not self.closed:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self.guard, args=(peer, serve), daemon=True).start()

    def guard(self, peer, serve):
        try:
            peer.settimeout(120)
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            serve(peer)
        except (OSError, ValueError):
            pass
        finally:
            peer.close()

    def close(self):
        self.closed = True
        for listener in self.listeners:
            try:
                listener.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            listener.close()

    # ------------------------------------------------------------ HTTP

    def serve_http(self, peer):
        f = peer.makefile("rb")
        while True:
            first = f.readline(8192)
            if not first:
                return
            headers = {}
            while (line := f.readline(65536)) not in (b"\r\n", b""):
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.strip().lower()] = value.strip()
            post = Post(time.monotonic(), first.split()[1].decode("latin-1"), headers, f.read(int(headers.get("content-length", "0"))))
            with self.lock:
                self.posts.append(post)
            status, fields = self.answer_post(post)
            head = "".join(f"{k}: {v}\r\n" for k, v in fields.items())
            length = "" if status == 204 else "Content-Length: 0\r\n"
            peer.sendall(f"HTTP/1.1 {status} Said\r\n{head}{length}\r\n".encode())

    def replies(self, conversation, path="/replies"):
        """Posts about one conversation of the customer's side."""
        with self.lock:
            posts = list(self.posts)
        return [p for p in posts if p.path == path and p.json.get("data", {}).get("conversation_id") == conversation]

    # ------------------------------------------------------------ SMTP

    def serve_smtp(self, peer):
        f, sender, recipients, encrypted, user = peer.makefile("rb"), None, [], False, None

        def say(stage, text, usual):
            answer = self.answer_mail(stage, text)
            if answer is None:
                raise OSError("told to break the connection")
            peer.sendall((answer or usual).encode() + b"\r\n")
            return not answer or answer[0] in "23"

        if not say("connect", "", "220 sink.test ESMTP"):
            return
        while line := f.readline(4096):
            text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
            verb = text[:4].upper()
            if verb == "EHLO":
                offers = ["sink.test", "PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "SIZE 20000000"]
                offers += ["STARTTLS"] if self.context and not encrypted else []
                offers += ["AUTH PLAIN LOGIN"] if self.credentials and (encrypted or not self.context) else []
                say("ehlo", text, "\r\n".join(f"250{'-' if n < len(offers) - 1 else ' '}{o}" for n, o in enumerate(offers)))
            elif verb == "STAR" and self.context and not encrypted:
                peer.sendall(b"220 2.0.0 go ahead\r\n")
                peer = self.context.wrap_socket(peer, server_side=True)
                f, encrypted = peer.makefile("rb"), True
            elif verb == "AUTH":
                user = self.authenticate(peer, f, text)
                peer.sendall(b"235 2.7.0 welcome\r\n" if user else b"535 5.7.8 no\r\n")
            elif verb == "MAIL":
                sender, recipients = re.search(r"<(.*?)>", text)[1], []
                if self.credentials and not user:
                    peer.sendall(b"530 5.7.0 authenticate first\r\n")
                elif not say("mail", text, "250 2.1.0 ok"):
                    sender = None
            elif verb == "RCPT":
                if say("rcpt", text, "250 2.1.5 ok"):
                    recipients.append(re.search(r"<(.*?)>", text)[1])
            elif verb == "DATA":
                if not recipients:
                    peer.sendall(b"503 5.5.1 no recipient\r\n")
                    continue
                if not say("data", text, "354 go ahead"):
                    continue
                data = bytearray()
                while (piece := f.readline(1 << 20)) != b".\r\n":
                    if not piece:
                        return
                    data += piece[1:] if piece.startswith(b".") else piece
                with self.lock:
                    self.mails.append(Mail(time.monotonic(), sender, list(recipients), bytes(data), encrypted, user))
                say("end", text, "250 2.0.0 taken")
                sender, recipients = None, []
            elif verb == "QUIT":
                peer.sendall(b"221 2.0.0 bye\r\n")
                return
            else:
                peer.sendall(b"250 2.0.0 ok\r\n" if verb in ("RSET", "NOOP", "HELO") else b"500 5.5.1 what?\r\n")

    def authenticate(self, peer, f, text):
        words = text.split()
        ask = lambda prompt: (peer.sendall(b"334 " + base64.b64encode(prompt) + b"\r\n"), base64.b64decode(f.readline(4096)).decode())[1]
        if words[1].upper() == "PLAIN":
            given = base64.b64decode(words[2]).decode() if len(words) > 2 else ask(b"")
            _, user, password = given.split("\0")
        else:
            user = base64.b64decode(words[2]).decode() if len(words) > 2 else ask(b"Username:")
            password = ask(b"Password:")
        return user if (user, password) == self.credentials else None

    def mails_about(self, message_id):
        """Mails that say they answer this Message-ID."""
        with self.lock:
            mails = list(self.mails)
        return [m for m in mails if message_id in (m.message["In-Reply-To"] or "")]
