"""Bytes as they are: for clients that do what no library would."""
import re
import select
import socket
import time


def talk(port, data, half_close=False, limit=5.0, enough=None, quiet=0.3):
    """Sends and reads at once: (what was read, whether the other side closed). Stops `quiet` seconds after enough(read) came true."""
    read, sent, last = bytearray(), 0, time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=5) as s:
        s.setblocking(False)
        end = time.monotonic() + limit
        while time.monotonic() < end:
            readable, writable, _ = select.select([s], [s] if sent < len(data) else [], [], 0.05)
            try:
                if writable:
                    sent += s.send(data[sent:sent + 65536])
                    if sent == len(data) and half_close:
                        s.shutdown(socket.SHUT_WR)
                if readable:
                    piece = s.recv(65536)
                    if not piece:
                        return bytes(read), True
                    read += piece
                    last = time.monotonic()
            except BlockingIOError:
                pass
            except OSError:
                return bytes(read), True
            if enough and enough(bytes(read)) and time.monotonic() - last > quiet:
                break
    return bytes(read), False


def answers(data):
    """[(status, head in lower case, body)] of the responses in a byte stream, without interim ones; the last may be cut short."""
    found = []
    while match := re.match(rb"HTTP/1\.[01] (\d{3})[^\r\n]*\r\n(.*?)\r\n\r\n", data, re.S) or re.match(rb"HTTP/1\.[01] (\d{3})[^\r\n]*()\r\n\r\n", data):
        status, head, data = int(match[1]), match[2].decode("latin-1").lower(), data[match.end():]
        if status < 200 and status != 101:
            continue
        body, length = b"", re.search(r"(?m)^content-length: *(\d+)", head)
        if "transfer-encoding: chunked" in head:
            while chunk := re.match(rb"([0-9a-fA-F]+)[^\r\n]*\r\n", data):
                size = int(chunk[1], 16)
                body += data[chunk.end():chunk.end() + size]
                data = data[chunk.end() + size + 2:]
                if size == 0:
                    break
        elif length and status not in (204, 304):
            body, data = data[:int(length[1])], data[int(length[1]):]
        elif status not in (101, 204, 304):
            body, data = data, b""
        found.append((status, head, body))
    return found
