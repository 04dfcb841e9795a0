#!/usr/bin/env python3
"""Prints the table of figures: medians of interleaved runs, both sides in the same run, on the disk of the folder given by --place.

  script/bench [--quick] [--rounds N] [--only webhooks,mail,line,imap,reading,start,memory] [--place DIR] [--keep]

webhooks  wrk, 64 kept connections, one thread; the same prepared and signed requests (each a new customer and a new conversation) to
          `centralino serve` and to peer_fastapi.py. Accepted = 2xx; that they are stored is checked by `store export`.
mail      smtp-source of Postfix, 20 kept sessions, 4 KB, to `centralino serve` and to a private Postfix that holds them in its queue
          (nothing is delivered meanwhile). Replies leave through a relay that takes all (smtp-sink).
line      50 sessions, a question each half second on average (100 a second), so that the client is idle nine tenths of the time; from the
          write of the question to the answer with the right article. Beside it fdatasync of 4 KB appends on the same disk, before and after.
imap      a mailbox of a private Dovecot (which needs root), one mail at a time: from its EXISTS to our mark, which is sent after the commit; and how
          much of that was between Dovecot's last word and our next one, with what the wire in between adds.
reading   the mails of mail_parse.py, one thread, beside Python's `email`: the same work on both sides, and all that `mail parse` prints.
start     from starting the process to the first 200 of /healthz, with the demo articles; tried without pause.
memory    VmRSS of the idle server with the demo articles; and what 2,000 idle connections add (HTTP kept alive after an answer, or lines
          after the greeting: the larger one).
"""
import argparse
import heapq
import json
import os
import random
import select
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests"))

import mail_parse                                                 # noqa: E402
from players import articles                                     # noqa: E402
from players import mailbox_times                                 # noqa: E402
from players.dovecot import PASSWORD, USER, Dovecot               # noqa: E402
from players.partner import event, sign                           # noqa: E402
from players.postfix import Postfix                               # noqa: E402
from players.server import ADDRESS, KEY, RELEASE, Server          # noqa: E402
from players.tap import Tap                                       # noqa: E402
from players.waiting import free_port, wait_for                   # noqa: E402

median = statistics.median


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def say(text):
    print(text, file=sys.stderr, flush=True)


class Bench:
    def __init__(self, place, rounds, quick):
        self.place, self.rounds, self.quick, self.figures, self.number = place, rounds, quick, {}, 0

    def note(self, name, value):
        self.figures.setdefault(name, []).append(value)

    def folder(self):
        self.number += 1
        path = os.path.join(self.place, str(self.number))
        os.mkdir(path, 0o755)
        return path

    def server(self, change=None, relay=None):
        class Where:
            http_port, smtp_port = None, relay
        server = Server(self.folder(), Where)
        server.configure(change)
        return server.start()

    def end(self, server):
        status, _ = server.stop()
        if status != 0:
            raise SystemExit(f"exit status {status}: {server.log()[-2000:]}")
        shutil.rmtree(server.place)

    # ------------------------------------------------------------ webhooks

    def requests(self, count):
        """A file of signed requests, valid for five minutes."""
        path, stamp = os.path.join(self.place, "requests"), str(int(time.time()))
        with open(path, "wb") as f:
            for n in range(count):
                body = event(f"{articles.question(articles.IDS[n % 7], n)} And a few words more, as customers write them, about order {n}.", f"conversation-{n}", ident=f"m-{n}", author=f"u-{n}")
                ident = f"msg_{n:012d}"
                request = (f"POST /channels/partner HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nwebhook-id: {ident}\r\n"
                           f"webhook-timestamp: {stamp}\r\nwebhook-signature: {sign(ident, stamp, body)}\r\n\r\n").encode() + body
                f.write(b"%08d" % len(request) + request)
        return path

    def wrk(self, port, path, seconds):
        done = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", "--timeout", "10s", "-s", os.path.join(HERE, "requests.lua"), f"http://127.0.0.1:{port}", "--", path], capture_output=True, text=True)
        try:
            return json.loads(done.stdout.strip().splitlines()[-1])
        except (IndexError, ValueError):
            raise SystemExit(f"wrk: {done.stdout} {done.stderr}") from None

    def webhooks(self):
        seconds = 4 if self.quick else 8
        path = self.requests(seconds * 16_000)
        server = self.server()
        before = server.processor_seconds()
        got = self.wrk(server.http, path, seconds)
        used = server.processor_seconds() - before
        accepted = got["requests"] - got["refused"]
        if got["refused"] or got["broken"]:
            say(f"  ours: refused {got['refused']}, broken {got['broken']}")
        stored = len([1 for row in server.export() if row["direction"] == "in"])
        if stored < accepted:
            raise SystemExit(f"{accepted} accepted, {stored} stored: the figure would be false")
        self.note("webhooks", accepted / got["seconds"])
        self.note("webhook processor µs", used / accepted * 1e6)
        say(f"  webhooks ours {accepted / got['seconds']:.0f}/s, {used / accepted * 1e6:.0f} µs each, p99 {got['p99_ms']:.1f} ms")
        self.end(server)
        for form in ("def", "async"):
            folder, port = self.folder(), free_port()
            peer = subprocess.Popen([sys.executable, "-B", "-m", "uvicorn", "peer_fastapi:app", "--port", str(port), "--log-level", "warning", "--no-access-log"], cwd=HERE,
                                    env=dict(os.environ, PEER_KEY=KEY, PEER_DATABASE=os.path.join(folder, "peer.sqlite"), PEER_FORM=form))
            try:
                wait_for("the peer", lambda: self.open(port), 20)
                got = self.wrk(port, path, seconds)
                if got["refused"] or got["broken"] > got["requests"] / 100:
                    raise SystemExit(f"the peer refused {got['refused']} and broke {got['broken']}")
                self.note(f"webhooks peer {form}", got["requests"] / got["seconds"])
                say(f"  webhooks FastAPI + SQLite, {form}: {got['requests'] / got['seconds']:.0f}/s, p99 {got['p99_ms']:.1f} ms")
            finally:
                peer.terminate()
                peer.wait(20)
        os.remove(path)

    @staticmethod
    def open(port):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            return False

    # ------------------------------------------------------------ mail

    def smtp_source(self, port, count):
        begin = time.monotonic()
        done = subprocess.run(["smtp-source", "-s", "20", "-l", "4096", "-m", str(count), "-d", "-f", "bob@customer.test", "-t", ADDRESS, f"127.0.0.1:{port}"], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"smtp-source: {done.stderr}")
        return count / (time.monotonic() - begin)

    def mail(self):
        count, sink_port = 1000 if self.quick else 4000, free_port()
        sink = subprocess.Popen(["smtp-sink", "-u", "nobody", f"127.0.0.1:{sink_port}", "256"], stderr=subprocess.DEVNULL)
        server = None
        try:
            wait_for("smtp-sink", lambda: self.open(sink_port))
            server = self.server(relay=sink_port)
            self.smtp_source(server.smtp, 100)
            rate = self.smtp_source(server.smtp, count)
            stored = len([1 for row in server.export() if row["direction"] == "in"])
            if stored != count + 100:
                raise SystemExit(f"{count + 100} accepted, {stored} stored: the figure would be false")
            self.note("mail", rate)
            say(f"  mail ours {rate:.0f}/s")
            self.end(server)
        finally:
            sink.terminate()
            sink.wait(10)
        postfix = Postfix(settings={"smtpd_client_restrictions": "static:HOLD", "virtual_mailbox_domains": "support.test", "in_flow_delay": "0"}, parent=self.place).start()
        try:
            self.smtp_source(postfix.port, 100)
            rate = self.smtp_source(postfix.port, count)
            if postfix.queued() != count + 100:
                raise SystemExit(f"Postfix has {postfix.queued()} of {count + 100} in its queue")
            self.note("mail peer", rate)
            say(f"  mail Postfix {rate:.0f}/s")
        finally:
            postfix.stop()

    # ------------------------------------------------------------ line

    def disk(self):
        """Milliseconds of fdatasync after appending 4 KB."""
        path, times, block = os.path.join(self.place, "sync"), [], os.urandom(4096)
        f = os.open(path, os.O_WRONLY | os.O_CREAT)
        for _ in range(150 if self.quick else 400):
            os.write(f, block)
            begin = time.perf_counter()
            os.fdatasync(f)
            times.append((time.perf_counter() - begin) * 1000)
        os.close(f)
        os.remove(path)
        return times

    def line(self):
        server, choose, now = self.server(), random.Random(7), time.perf_counter
        sync, times, seconds = self.disk(), [], 5 if self.quick else 15

        class Session:
            asked, article, said = None, 0, b""
        poll, sessions, due = select.epoll(), {}, []
        for n in range(50):
            session = Session()
            session.s, session.article = socket.create_connection(("127.0.0.1", server.line), timeout=5), n % 7
            session.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while b"/resume" not in (said := session.s.recv(4096)):
                if not said:
                    raise SystemExit("no greeting on the line port")
            poll.register(session.s, select.EPOLLIN)
            sessions[session.s.fileno()] = session
            heapq.heappush(due, (now() + choose.uniform(0.2, 1.2), session.s.fileno()))
        begin, late = now(), 0
        while (moment := now()) - begin < seconds:
            while due and due[0][0] <= moment:
                at, number = heapq.heappop(due)
                session = sessions[number]
                late += moment - at > 0.01
                # Never the same article twice in a row: the bot would rightly take that for "it did not help".
                session.article, session.said = (session.article + choose.randrange(1, 6)) % 7, b""
                question = articles.question(articles.IDS[session.article], choose.randrange(5)).encode() + b"\n"
                session.asked = now()
                session.s.send(question)
            ready = poll.poll(max(0, due[0][0] - now()) if due else 0.1)
            heard = now()
            for number, _ in ready:
                session = sessions[number]
                session.said += session.s.recv(4096)
                if not session.said:
                    raise SystemExit("a line was closed")
                if session.asked is not None and articles.phrase(articles.IDS[session.article]).encode() in session.said:
                    times.append((heard - session.asked) * 1000)
                    session.asked = None
                    heapq.heappush(due, (heard + choose.uniform(0.25, 0.75), number))
        lost = sum(session.asked is not None and now() - session.asked > 1 for session in sessions.values())
        for session in sessions.values():
            session.s.close()
        sync += self.disk()
        self.end(server)
        if lost or len(times) < 30 * seconds:
            raise SystemExit(f"{lost} questions got no answer, {len(times)} did")
        if late > len(times) / 20:
            say(f"  line: the client was late {late} times")
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            self.note(f"line {name}", percentile(times, share))
            self.note(f"disk {name}", percentile(sync, share))
        say(f"  line {len(times)} answers, p50 {percentile(times, .5):.2f} p99 {percentile(times, .99):.2f} ms; fdatasync p50 {percentile(sync, .5):.2f} p99 {percentile(sync, .99):.2f} ms")

    # ------------------------------------------------------------ imap

    def imap(self):
        if why := Dovecot.missing():
            say(f"  imap is left out: {why}")
            return
        dovecot = Dovecot().start()
        try:
            tap = Tap(dovecot.imap)

            def change(settings):
                settings["channels"][2]["settings"]["imap"] = {"host": "127.0.0.1", "port": tap.port, "security": "none", "user": USER, "password": PASSWORD, "check_seconds": 300}
            server = self.server(change)
            mail = "From: c{0}@customer.test\r\nTo: " + ADDRESS + "\r\nSubject: Order {0}\r\nMessage-ID: <imap-{0}@customer.test>\r\n\r\nWhere is my parcel {0}?\r\n"
            found = mailbox_times.spans(tap, lambda n: dovecot.deliver(mail.format(n).encode()), 25 if self.quick else 100)
            tap.close()
            self.end(server)
        finally:
            dovecot.stop()
        for name, values in (("whole", [w for w, _ in found]), ("own", [o for _, o in found])):
            for part, share in (("p50", 0.5), ("p95", 0.95), ("worst", 1)):
                self.note(f"imap {name} {part}", percentile(values, share))
        say("  imap " + ", ".join(f"{name} {self.figures['imap ' + name][-1]:.1f} ms" for name in ("whole p50", "whole worst", "own p50", "own p95", "own worst")))

    # ------------------------------------------------------------ reading

    def reading(self):
        mails, octets, seconds = mail_parse.measured(rounds=3 if self.quick else 7)
        for name, value in seconds.items():
            self.note(f"{name} mails", mails / value)
        say(f"  {mails} mails, {octets / 1e6:.1f} MB: " + ", ".join(f"{name} {mails / value:.0f}/s" for name, value in seconds.items()))

    # ------------------------------------------------------------ start, memory

    def demo(self, folder):
        http, smtp, line = free_port(), free_port(), free_port()
        with open(os.path.join(folder, "log"), "ab") as log:
            begin = time.perf_counter()
            child = subprocess.Popen([RELEASE, "serve", "--demo", "--data", os.path.join(folder, "data"), "--http", f"127.0.0.1:{http}", "--smtp", f"127.0.0.1:{smtp}",
                                      "--line", f"127.0.0.1:{line}"], cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while True:
            try:
                with socket.create_connection(("127.0.0.1", http), timeout=5) as s:
                    s.sendall(b"GET /healthz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
                    if s.recv(4096).startswith(b"HTTP/1.1 200"):
                        return child, (time.perf_counter() - begin) * 1000, http
            except OSError:
                pass
            if child.poll() is not None or time.perf_counter() - begin > 30:
                with open(os.path.join(folder, "log")) as f:
                    raise SystemExit(f"the demo did not start: {f.read()[-2000:]}")
            time.sleep(0.0005)

    def start(self):
        folder = self.folder()
        for n in range(4 if self.quick else 11):
            child, milliseconds, _ = self.demo(folder)
            if n:   # the first start makes the store and is noted apart
                self.note("start", milliseconds)
            else:
                self.note("first start", milliseconds)
            child.send_signal(signal.SIGTERM)
            child.wait(15)
        say(f"  start: first {self.figures['first start'][-1]:.0f} ms, then {median(self.figures['start']):.0f} ms")

    def memory(self):
        child, _, _ = self.demo(self.folder())
        time.sleep(2)
        with open(f"/proc/{child.pid}/status") as f:
            self.note("idle", next(int(l.split()[1]) for l in f if l.startswith("VmRSS")) / 1024)
        child.send_signal(signal.SIGTERM)
        child.wait(15)
        worst = 0
        for name, hello in (("http", b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n"), ("line", b"")):
            server = self.server()   # one each: what the first crowd gave back would be given to the second
            port = getattr(server, name)
            time.sleep(2)            # what starting needed is given back a second after the doors are open

            def crowd(many):
                made = []
                for _ in range(many):
                    s = socket.create_connection(("127.0.0.1", port), timeout=10)
                    if hello:
                        s.sendall(hello)
                    made.append(s)
                for s in made:
                    s.recv(4096)
                return made
            for s in crowd(100):
                s.close()
            time.sleep(0.5)
            before, idle = server.memory(), crowd(2000)
            time.sleep(1)
            each = (server.memory() - before) / 2000 / 1024
            say(f"  an idle {name} connection {each:.1f} KiB")
            worst = max(worst, each)
            for s in idle:
                s.close()
            self.end(server)
        self.note("connection", worst)
        say(f"  idle {self.figures['idle'][-1]:.1f} MiB, a connection {worst:.1f} KiB")

    # ------------------------------------------------------------ the table

    def table(self):
        m = {name: median(values) for name, values in self.figures.items()}
        rows = []

        def row(figure, ours, other, value, least, aim, shown, higher):
            better = (lambda a, b: a >= b) if higher else (lambda a, b: a <= b)
            reached = "aim" if better(value, aim) else "at least" if better(value, least) else "NO"
            sign = "" if higher else "≤ "
            rows.append([figure, ours, other, shown(value), sign + shown(least), sign + shown(aim), reached])
        times = lambda v: f"{v:.1f} ×"
        if "webhooks" in m:
            row("durable webhook messages/s, 64 connections ÷ FastAPI + SQLite", f"{m['webhooks']:.0f}", f"{m['webhooks peer def']:.0f}", m["webhooks"] / m["webhooks peer def"], 3, 6, times, True)
            rows.append(["(the same ÷ the peer's `async` form, which syncs on its event loop)", f"{m['webhooks']:.0f}", f"{m['webhooks peer async']:.0f}",
                         times(m["webhooks"] / m["webhooks peer async"]), "", "", ""])
            row("processor time per accepted webhook message", f"{m['webhook processor µs']:.0f} µs", "", m["webhook processor µs"], 200, 100, lambda v: f"{v:.0f} µs", False)
        if "mail" in m:
            row("durable mails/s, 4 KB, 20 kept sessions ÷ Postfix into its queue", f"{m['mail']:.0f}", f"{m['mail peer']:.0f}", m["mail"] / m["mail peer"], 2, 4, times, True)
        if "line p50" in m:
            for name, aim in (("p50", 2.5), ("p99", 3)):
                row(f"question to answer by line, 50 sessions, {name} ÷ fdatasync {name}", f"{m['line ' + name]:.2f} ms", f"{m['disk ' + name]:.2f} ms", m["line " + name] / m["disk " + name], 4, aim, lambda v: f"{v:.1f}", False)
        if "imap own worst" in m:
            worst, whole = (max(self.figures[f"imap {name} worst"]) for name in ("own", "whole"))
            row("mail through IMAP: EXISTS to stored and marked, of our own, worst", f"p50 {m['imap own p50']:.1f}, p95 {m['imap own p95']:.1f} ms",
                f"with Dovecot's part p50 {m['imap whole p50']:.1f}, worst {whole:.1f} ms", worst, 50, 50, lambda v: f"{v:.0f} ms", False)
        if "read mails" in m:
            ours, all_of_it, python = m["read mails"], m["report mails"], m["python mails"]
            row("mails read, one thread, ÷ Python's `email`, the same work", f"{ours:.0f}/s", f"{python:.0f}/s", ours / python, 15, 15, times, True)
            rows.append(["(all that `mail parse` prints ÷ Python's reading alone)", f"{all_of_it:.0f}/s", f"{python:.0f}/s", times(all_of_it / python), "", "", ""])
        if "start" in m:
            row("cold start to /healthz, demo articles loaded", f"{m['start']:.0f} ms", f"(first start ever {m['first start']:.0f} ms)", m["start"], 250, 100, lambda v: f"{v:.0f} ms", False)
        if "idle" in m:
            row("resident memory idle, demo articles", f"{m['idle']:.1f} MiB", "", m["idle"], 48, 32, lambda v: f"{v:.0f} MiB", False)
            row("resident memory per idle connection", f"{m['connection']:.1f} KiB", "", m["connection"], 16, 8, lambda v: f"{v:.0f} KiB", False)
        head = ["figure", "ours", "other", "ratio or value", "at least", "aim", "reached"]
        print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
        for cells in rows:
            print("| " + " | ".join(cells) + " |")
        return all(cells[-1] != "NO" for cells in rows)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--quick", action="store_true", help="short runs, two rounds")
    ap.add_argument("--rounds", type=int)
    ap.add_argument("--only", default="webhooks,mail,line,imap,reading,start,memory")
    ap.add_argument("--place", default="/var/tmp", help="a folder on the disk to measure (not a file system in memory)")
    ap.add_argument("--keep", action="store_true")
    args = ap.parse_args()
    rounds, wanted = args.rounds or (2 if args.quick else 5), args.only.split(",")
    place = tempfile.mkdtemp(prefix="centralino-bench-", dir=args.place)
    os.chmod(place, 0o755)   # Postfix's users pass through it
    kind = subprocess.run(["stat", "-f", "-c", "%T", place], capture_output=True, text=True).stdout.strip()
    if kind in ("tmpfs", "ramfs"):
        say(f"{place} is in memory ({kind}): nothing is durable there, the figures mean little")
    bench = Bench(place, rounds, args.quick)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    try:
        for n in range(rounds):
            for name in ("webhooks", "mail", "line", "imap", "memory"):
                if name in wanted:
                    say(f"round {n + 1} of {rounds}: {name}")
                    getattr(bench, name)()
        for name in ("reading", "start"):
            if name in wanted:
                say(name)
                getattr(bench, name)()
        print(f"\n{os.cpu_count()} processors, {kind} at {args.place}, medians of {rounds} interleaved runs, {time.strftime('%Y-%m-%d')}\n")
        bench.table()
    finally:
        if not args.keep:
            shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
