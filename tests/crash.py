#!/usr/bin/env python3
"""Kills the server under load on all three channels, at random and at every named crash point, and checks what it promised.

  python3 tests/crash.py [--rounds N] [--seed S] [--points all|none|NAME,NAME] [--passes 1,2,10] [--binary FILE] [--sabotage NAME] [--keep]

Customers write down (fsynced) what they send before they send it, and every acknowledgement when they have it; the sinks write down what
arrives before they answer. What was not acknowledged is sent again after the restart, as it was. At the end, when all is quiet, the
notes are compared with `store export`:

  acknowledged → there exactly once          not acknowledged → there at most once          nothing there that nobody sent
  every question answered exactly once       every reply delivered, under one id            a copy at a sink only where a kill lay between
  `store check` finds nothing

Lines have no ids of their own: a question that was not answered is asked again as another question, and both may be there.
Exit status 1 when anything is wrong.
"""
import argparse
import collections
import http.client
import json
import os
import random
import re
import shutil
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from players import articles                       # noqa: E402
from players.lines import LineCustomer             # noqa: E402
from players.partner import Partner, event         # noqa: E402
from players.server import ADDRESS, RELEASE, Server  # noqa: E402
from players.sinks import Sinks                    # noqa: E402

MARK = re.compile(r"\(([wml]\d+(?:-\d+)*)\)")
WEBHOOK_SENDERS, MAIL_SENDERS, LINE_CUSTOMERS = 4, 2, 3
WEBHOOKS_A_SECOND, MAILS_A_SECOND = 50, 12
LARGE_MAIL_EVERY, LARGE_MAIL = 8, 400_000     # too large for a row: goes through a file beside the database


class Ledger:
    """Notes of what happened, on the disk before the next thing happens."""

    def __init__(self, path):
        self.descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.lock, self.sent, self.acknowledged, self.kills, self.notes = threading.Lock(), {}, {}, [], []

    def note(self, did, key, **more):
        at = time.monotonic()
        line = json.dumps({"at": at, "did": did, "key": key, **more}) + "\n"
        with self.lock:
            os.write(self.descriptor, line.encode())
            if did == "send":
                self.sent.setdefault(key, []).append(at)
            elif did == "acknowledged":
                self.acknowledged[key] = at
            elif did == "heard":
                self.notes.append((at, key, more["phrase"]))
        os.fdatasync(self.descriptor)
        return at

    def close(self):
        os.close(self.descriptor)


@dataclass
class Report:
    rounds: int = 0
    violations: list = field(default_factory=list)
    missed: list = field(default_factory=list)        # crash points that were not passed
    sent: int = 0
    acknowledged: collections.Counter = field(default_factory=collections.Counter)
    copies: int = 0
    unknown: int = 0
    slowest_start: float = 0.0
    seconds: float = 0.0

    def kinds(self):
        return collections.Counter(kind for kind, _ in self.violations)

    def __str__(self):
        lines = [f"{self.rounds} kills in {self.seconds:.0f} s; acknowledged: " + ", ".join(f"{n} {c}" for c, n in sorted(self.acknowledged.items())) + f"; sends {self.sent}",
                 f"extra copies at the sinks {self.copies}; replies of unknown fate {self.unknown}; slowest restart {self.slowest_start:.2f} s"]
        lines += [f"crash points that were never passed: {', '.join(self.missed)}"] if self.missed else []
        lines += [f"violations: {len(self.violations)} " + (str(dict(self.kinds())) if self.violations else "")]
        return "\n".join(lines + [f"  {kind}: {what}" for kind, what in self.violations[:30]])


class Play:
    def __init__(self, place, binary=None, sabotage=None, seed=1):
        self.sinks, self.random = Sinks(), random.Random(seed)
        self.server = Server(place, self.sinks, binary)
        self.server.configure()
        if sabotage:
            self.server.environment["CENTRALINO_SABOTAGE"] = sabotage
        self.ledger, self.stopping, self.counter, self.lock = Ledger(os.path.join(place, "ledger")), threading.Event(), collections.Counter(), threading.Lock()
        self.kills, self.threads, self.report = [], [], Report()

    def number(self, kind):
        with self.lock:
            self.counter[kind] += 1
            return self.counter[kind]

    # ------------------------------------------------------------ customers

    def webhook_sender(self, k):
        partner, pause = Partner(self.server.http, timeout=5), WEBHOOK_SENDERS / WEBHOOKS_A_SECOND
        while not self.stopping.is_set():
            begin, n = time.monotonic(), self.number("w")
            key = f"w{n}"
            body, ident = event(f"{articles.question(articles.IDS[n % 7], n)} ({key})", f"c-{key}", ident=f"data-{key}", author=f"u-{key}"), f"msg_{key}"
            while True:
                self.ledger.note("send", key)
                try:
                    status, _, said = partner.send(body, ident)
                    if 200 <= status < 300:
                        self.ledger.note("acknowledged", key)
                        break
                    if status < 500:
                        self.wrong("refused", f"{key}: {status} {said[:200]!r}")
                        break
                except (OSError, http.client.HTTPException):
                    pass
                if self.given_up():
                    return
                time.sleep(0.03)
            time.sleep(max(0, pause - (time.monotonic() - begin)))
        partner.close()

    def mail_sender(self, k):
        session, pause = None, MAIL_SENDERS / MAILS_A_SECOND
        while not self.stopping.is_set():
            begin, n = time.monotonic(), self.number("m")
            key = f"m{n}"
            text = f"{articles.question(articles.IDS[n % 7], n)} ({key})\r\n"
            head = f"From: <{key}@customer.test>\r\nTo: {ADDRESS}\r\nSubject: Question {n}\r\nMessage-ID: <{key}@customer.test>\r\nMIME-Version: 1.0\r\n"
            if n % LARGE_MAIL_EVERY == 0:
                attachment = ("QUJD" * 19 + "\r\n") * (LARGE_MAIL // 78)
                data = (head + "Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\n" + text + "\r\n--cut\r\nContent-Type: application/octet-stream\r\n"
                        "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.bin\r\n\r\n" + attachment + "--cut--\r\n")
            else:
                data = head + "\r\n" + text
            while True:
                self.ledger.note("send", key)
                try:
                    if session is None:
                        session = smtplib.SMTP("127.0.0.1", self.server.smtp, "customer.test", timeout=5)
                    session.sendmail(f"{key}@customer.test", [ADDRESS], data.encode())
                    self.ledger.note("acknowledged", key)
                    break
                except smtplib.SMTPResponseException as answer:
                    if 500 <= answer.smtp_code < 600:
                        self.wrong("refused", f"{key}: {answer.smtp_code} {answer.smtp_error!r}")
                        break
                    session = None
                except (OSError, smtplib.SMTPException):
                    session = None
                if self.given_up():
                    return
                time.sleep(0.03)
            time.sleep(max(0, pause - (time.monotonic() - begin)))
        if session:
            session.close()

    def line_customer(self, k):
        """One conversation after the other, two questions each. Every question of a conversation is about another article, so that an
        answer says which question it answers, however late it comes."""
        while not self.stopping.is_set():
            n, line, token, waiting, asked, answered = self.number("l"), None, None, {}, 0, 0
            while answered < 2 and asked < 7 and not self.given_up():
                if line is None:
                    try:
                        line = LineCustomer(self.server.line, timeout=5)
                        token_before, token = token, line.greeting()
                        if token_before:
                            line.say(f"/resume {token_before}")
                            token = token_before
                            for text in line.quiet(1.5 if waiting else 0.2):
                                answered += self.heard(text, waiting)
                            continue
                    except (OSError, AssertionError):
                        line = self.hang_up(line)
                        time.sleep(0.05)
                        continue
                if self.stopping.is_set() and not waiting:
                    break
                ident = articles.IDS[(n + asked) % 7]
                asked += 1
                key = f"l{n}-{asked}"
                self.ledger.note("send", key)
                waiting[articles.phrase(ident)] = key
                try:
                    line.say(f"{articles.question(ident, n)} ({key})")
                    end = time.monotonic() + 5
                    while articles.phrase(ident) in waiting and time.monotonic() < end:
                        text = line.read(end - time.monotonic())
                        if text is None:
                            break
                        answered += self.heard(text, waiting)
                except OSError:
                    pass
                if articles.phrase(ident) in waiting:
                    line = self.hang_up(line)
                    time.sleep(0.05)
            if line:
                try:
                    line.say("/bye")
                except OSError:
                    pass
                self.hang_up(line)
            time.sleep(0.1)

    def heard(self, text, waiting):
        for phrase in list(waiting):
            if phrase in text:
                key = waiting.pop(phrase)
                self.ledger.note("acknowledged", key)
                self.ledger.note("heard", key, phrase=phrase)
                return 1
        return 0

    @staticmethod
    def hang_up(line):
        if line:
            line.close()
        return None

    def given_up(self):
        return self.stopping.is_set() and time.monotonic() > self.patience_ends

    def wrong(self, kind, what):
        with self.lock:
            self.report.violations.append((kind, what))

    # ------------------------------------------------------------ killing

    def begin(self):
        self.patience_ends = float("inf")
        for customer, many in ((self.webhook_sender, WEBHOOK_SENDERS), (self.mail_sender, MAIL_SENDERS), (self.line_customer, LINE_CUSTOMERS)):
            for k in range(many):
                thread = threading.Thread(target=customer, args=(k,), daemon=True)
                thread.start()
                self.threads.append(thread)

    def launch(self, **environment):
        self.server.start(environment=environment, wait=False)
        if self.kills:
            self.kills[-1][1] = time.monotonic()

    def died(self, how):
        self.kills.append([time.monotonic(), float("inf")])
        self.ledger.note("kill", how)
        self.report.rounds += 1

    def kill_at_random(self):
        self.launch()
        end = time.monotonic() + self.random.uniform(0.05, 2.0)
        while time.monotonic() < end:
            if not self.server.running:
                raise AssertionError(f"the server ended by itself with {self.server.child.returncode}: {self.server.log()[-3000:]}")
            time.sleep(min(0.02, max(0, end - time.monotonic())))
        self.server.kill()
        self.died("at random")

    def kill_at(self, point, number, limit=15):
        self.launch(CENTRALINO_CRASH_AT=f"{point}:{number}")
        try:
            status = self.server.child.wait(limit)
            if status != 137:
                self.wrong("crash", f"at {point}:{number} it ended with {status}: {self.server.log()[-2000:]}")
        except subprocess.TimeoutExpired:
            self.report.missed.append(f"{point}:{number}")
            self.server.kill()
        self.died(f"{point}:{number}")

    def end(self):
        """Starts it for the last time, lets everybody finish, and waits until nothing is due."""
        begin = time.monotonic()
        self.launch()
        self.server.wait_until_healthy(20)
        self.report.slowest_start = max(self.report.slowest_start, time.monotonic() - begin)
        self.patience_ends = time.monotonic() + 30
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
        end = time.monotonic() + 60
        while True:
            busy = [r for r in self.server.export() if r["direction"] == "out" and r["state"] in ("pending", "sending") and r["channel"] != "line"]
            due = [c for c in self.server.export("--conversations") if c.get("answer_due") is not None]
            if not busy and not due:
                return
            if time.monotonic() > end:
                self.wrong("not quiet", f"after 60 s {len(busy)} replies wait and {len(due)} answers are due, for example {(busy + due)[0]}")
                return
            time.sleep(0.2)

    # ------------------------------------------------------------ checking

    def check(self):
        rows = self.server.export()
        there, mine = collections.Counter(), {}
        of, replies = {}, collections.defaultdict(list)     # conversation of a key; replies of a conversation
        for row in rows:
            if row["direction"] == "in":
                keys = MARK.findall(row["text"])
                if len(keys) != 1 or keys[0] not in self.ledger.sent:
                    self.wrong("never sent", json.dumps(row)[:300])
                    continue
                there[keys[0]] += 1
                of[keys[0]] = row["conversation"]
                mine.setdefault(row["conversation"], []).append(keys[0])
            elif row["direction"] == "out":
                replies[row["conversation"]].append(row)
        for key in self.ledger.acknowledged:
            if there[key] == 0:
                self.wrong("lost", f"{key} was acknowledged and is not there")
        for key, count in there.items():
            if count > 1:
                self.wrong("twice", f"{key} is there {count} times")
        for conversation, keys in mine.items():
            if keys[0][0] != "l" and len(replies[conversation]) != len(set(keys)):
                self.wrong("answers", f"{keys} got {len(replies[conversation])} replies")
            elif keys[0][0] == "l" and len(replies[conversation]) < len([k for k in keys if k in self.ledger.acknowledged]):
                self.wrong("answers", f"{keys} got {len(replies[conversation])} replies")
        self.check_sink("w", of, replies, [(f"w{m[1]}", p.ident, p.at, p.json["data"]["id"]) for p in self.sinks.posts if (m := re.fullmatch(r"c-w(\d+)", p.json["data"]["conversation_id"]))],
                        len(self.sinks.posts))
        self.check_sink("m", of, replies, [(f"m{m[1]}", p.ident, p.at, None) for p in self.sinks.mails if (m := re.search(r"<m(\d+)@customer\.test>", p.message["In-Reply-To"] or ""))],
                        len(self.sinks.mails))
        for violation in self.server.check_store():
            self.wrong("store check", violation)
        self.report.sent = sum(map(len, self.ledger.sent.values()))
        self.report.acknowledged = collections.Counter({"w": "webhooks", "m": "mails", "l": "lines"}[key[0]] for key in self.ledger.acknowledged)

    def check_sink(self, kind, of, replies, arrived, total):
        """arrived: (key, the id that folds repeats, when, the message's id where it is told)."""
        if len(arrived) != total:
            self.wrong("to nobody", f"{total - len(arrived)} replies at the sink belong to no question")
        ids, times, messages = collections.defaultdict(set), collections.defaultdict(list), collections.defaultdict(set)
        for key, ident, at, message in arrived:
            ids[key].add(ident)
            times[ident].append(at)
            messages[ident].add((key, message))
            if key not in of:
                self.wrong("said, not stored", f"a reply to {key}, which is not in the store")
        for ident, whose in messages.items():
            if len(whose) > 1:
                self.wrong("ids", f"{ident} names several messages: {sorted(whose)[:3]}")
        for key, conversation in of.items():
            if key[0] != kind:
                continue
            known = replies[conversation]
            if len(ids[key]) > len(known):
                self.wrong("ids", f"{len(known)} replies to {key} went out under {len(ids[key])} ids")
            for row in known:
                if row["state"] == "unknown":
                    self.report.unknown += 1
                elif row["state"] != "delivered":
                    self.wrong("not delivered", f"a reply to {key} is {row['state']} after {row['attempts']} attempts: {row.get('explanation')}")
                if row["state"] == "delivered" and not ids[key]:
                    self.wrong("a hope reported", f"the reply to {key} is delivered, the sink has none")
        for ident, seen in times.items():
            seen.sort()
            self.report.copies += len(seen) - 1
            for first, second in zip(seen, seen[1:]):
                if not any(first <= back + 0.5 and second >= kill for kill, back in self.kills):
                    self.wrong("said twice", f"{ident} came again after {second - first:.2f} s without a kill between")

    def close(self):
        self.stopping.set()
        self.patience_ends = 0
        if self.server.running:
            status, _ = self.server.stop()
            if status != 0:
                self.wrong("exit status", f"{status} after SIGTERM")
        self.sinks.close()
        self.ledger.close()


def crash_points(binary=None):
    done = subprocess.run([binary or RELEASE, "serve", "--list-crash-points"], capture_output=True, text=True, timeout=20)
    names = done.stdout.split()
    assert done.returncode == 0 and names, f"serve --list-crash-points: {done.stderr}"
    return names


def play(place, rounds, points=(), passes=(1,), binary=None, sabotage=None, seed=1):
    """`rounds` kills at random, then one for each point and pass; the Report."""
    begin, p = time.monotonic(), Play(str(place), binary, sabotage, seed)
    try:
        p.begin()
        plan = [(point, number) for point in points for number in passes]
        p.random.shuffle(plan)
        for _ in range(rounds):
            p.kill_at_random()
        for point, number in plan:
            p.kill_at(point, number)
        p.end()
        p.check()
    finally:
        p.close()
    p.report.seconds = time.monotonic() - begin
    return p.report


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--rounds", type=int, default=20, help="kills at random")
    ap.add_argument("--seed", type=int, default=int(time.time()))
    ap.add_argument("--points", default="all")
    ap.add_argument("--passes", default="1,2,10")
    ap.add_argument("--binary", default=RELEASE)
    ap.add_argument("--sabotage")
    ap.add_argument("--keep", action="store_true", help="keep the folder with data, log and ledger")
    args = ap.parse_args()
    place = tempfile.mkdtemp(prefix="centralino-crash-")
    points = crash_points(args.binary) if args.points == "all" else [] if args.points == "none" else args.points.split(",")
    print(f"seed {args.seed}; in {place}", flush=True)
    report = play(place, args.rounds, points, [int(n) for n in args.passes.split(",")], args.binary, args.sabotage, args.seed)
    print(report)
    if args.keep or report.violations:
        print("kept:", place)
    else:
        shutil.rmtree(place)
    sys.exit(1 if report.violations else 0)


if __name__ == "__main__":
    main()
