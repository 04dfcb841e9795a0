"""A customer with nothing but a TCP connection."""
import re
import socket
import ssl
import time


class LineCustomer:
    def __init__(self, port, timeout=10, tls=None):
        self.socket, self.buffer, self.ended = socket.create_connection(("127.0.0.1", port), timeout=timeout), b"", False
        if tls:
            context = ssl.create_default_context(cafile=tls)
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self.timeout, self.token, self.heard = timeout, None, []

    def say(self, text):
        self.socket.sendall(text.encode() + b"\n")

    def read(self, limit=None):
        """The next line without its end; None when none came in time or the connection ended."""
        end = time.monotonic() + (self.timeout if limit is None else limit)
        while b"\n" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or self.ended:
                return None
            self.socket.settimeout(left)
            try:
                piece = self.socket.recv(65536)
            except (TimeoutError, ssl.SSLWantReadError):
                return None
            except OSError:
                piece = b""
            self.ended = self.ended or not piece
            self.buffer += piece
        line, _, self.buffer = self.buffer.partition(b"\n")
        text = line.decode().rstrip("\r")
        self.heard.append(text)
        if found := re.search(r"/resume ([^\s.,;:)]+)", text):
            self.token = found[1]
        return text

    def greeting(self, limit=None):
        """Reads until the line that names `/resume TOKEN`; the token."""
        while self.token is None:
            assert self.read(limit) is not None, f"no greeting that names /resume TOKEN; heard: {self.heard}"
        return self.token

    def hear(self, pattern, limit=None):
        """Reads until a line that the pattern is found in; that line."""
        end = time.monotonic() + (self.timeout if limit is None else limit)
        while (line := self.read(max(0.01, end - time.monotonic()))) is not None:
            if re.search(pattern, line):
                return line
        raise AssertionError(f"not heard: {pattern!r}; heard: {self.heard}")

    def quiet(self, seconds):
        """Reads what comes within that time."""
        lines, end = [], time.monotonic() + seconds
        while (line := self.read(max(0.01, end - time.monotonic()))) is not None:
            lines.append(line)
        return lines

    def close(self):
        self.socket.close()
