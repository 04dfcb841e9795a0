"""A name server with a table: it answers by UDP and TCP on one port of 127.0.0.1."""
import socket
import struct
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from .waiting import free_port


class Names:
    """`table[("name.", "TXT")] = ["…"]`, names with their dot at the end. `silent` names get no answer, `failing` ones SERVFAIL, and with
    `cuts` every answer by UDP says "ask by TCP"."""

    def __init__(self, table=None, port=None):
        self.table, self.silent, self.failing, self.cuts, self.asked = dict(table or {}), set(), set(), False, []
        self.port = port or free_port()
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        self.tcp = socket.socket()
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.tcp.bind(("127.0.0.1", self.port))
        self.tcp.listen(16)
        for serve in (self.serve_udp, self.serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def close(self):
        for s in (self.udp, self.tcp):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            s.close()

    def text(self, name, value):
        """A TXT record, in pieces of at most 255 bytes."""
        pieces = [value[i:i + 255] for i in range(0, len(value), 255)]
        self.table.setdefault((name, "TXT"), []).append(" ".join('"%s"' % p.replace("\\", "\\\\").replace('"', '\\"') for p in pieces))

    def answer(self, wire, over_tcp):
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind, "tcp" if over_tcp else "udp"))
        if name in self.silent:
            return None
        reply = dns.message.make_response(query)
        if name in self.failing:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif self.cuts and not over_tcp:
            reply.flags |= dns.flags.TC
        elif found := self.table.get((name, kind)):
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        elif not any(known == name for known, _ in self.table):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire(max_size=65535 if over_tcp else 1232)

    def serve_udp(self):
        while True:
            try:
                wire, peer = self.udp.recvfrom(4096)
            except OSError:
                return
            if not wire:
                return      # woken up by the end
            if answer := self.answer(wire, False):
                # A forged answer with another id comes first: it must not count.
                self.udp.sendto(bytes([answer[0] ^ 1]) + answer[1:], peer)
                self.udp.sendto(answer, peer)

    def serve_tcp(self):
        while True:
            try:
                peer, _ = self.tcp.accept()
            except OSError:
                return
            with peer:
                peer.settimeout(5)
                try:
                    (length,) = struct.unpack("!H", peer.recv(2, socket.MSG_WAITALL))
                    if answer := self.answer(peer.recv(length, socket.MSG_WAITALL), True):
                        peer.sendall(struct.pack("!H", len(answer)) + answer)
                except (OSError, struct.error):
                    pass
