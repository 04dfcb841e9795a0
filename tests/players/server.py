"""The real program in a folder of its own, on free ports of 127.0.0.1."""
import base64
import http.client
import json
import os
import re
import signal
import subprocess
import time

from .articles import write_articles
from .waiting import free_port, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RELEASE = os.environ.get("CENTRALINO_BIN") or os.path.join(ROOT, ".build", "release", "centralino")
DEBUG = os.environ.get("CENTRALINO_DEBUG_BIN") or os.path.join(ROOT, ".build", "debug", "centralino")

KEY = base64.b64encode(bytes(range(1, 33))).decode()          # of the webhook channel, without whsec_
EVENTS_TOKEN = "events-token-of-the-tests-5d41402abc4b2a76"
AGENT, AGENT_TOKEN = "anna@agents.test", "anna-token-of-the-tests-7d793037a0760186574b"
ADDRESS = "help@support.test"


class Server:
    """One server: its settings, its life, its log and its store.

    `sinks` has http_port and smtp_port, where replies go; without an SMTP port there is no relay.
    """

    def __init__(self, place, sinks=None, binary=None):
        self.place, self.binary, self.sinks = str(place), binary or RELEASE, sinks
        self.data, self.kb = os.path.join(self.place, "data"), os.path.join(self.place, "kb")
        self.config, self.log_path = os.path.join(self.place, "centralino.yaml"), os.path.join(self.place, "log")
        self.http, self.smtp, self.line = free_port(), free_port(), free_port()
        self.environment, self.child, self.started_in = {}, None, None

    # ------------------------------------------------------------ settings

    def settings(self, http_port=None, smtp_port=None):
        support = {"address": ADDRESS}
        if smtp_port:
            support["relay"] = {"host": "127.0.0.1", "port": smtp_port, "security": "none"}
        partner, events = {}, {}
        if http_port:
            partner["reply_url"] = f"http://127.0.0.1:{http_port}/replies"
            events["reply_url"] = f"http://127.0.0.1:{http_port}/events"
        return {
            "data": self.data,
            "http": {"listen": f"127.0.0.1:{self.http}"},
            "smtp": {"listen": f"127.0.0.1:{self.smtp}", "hostname": "mx.support.test"},
            "line": {"listen": f"127.0.0.1:{self.line}"},
            "knowledge": self.kb,
            "agents": [{"email": AGENT, "token": AGENT_TOKEN}],
            "channels": [
                {"name": "partner", "adapter": "standard-webhooks", "settings": partner, "secrets": {"keys": ["whsec_" + KEY]}},
                {"name": "events", "adapter": "cloudevents", "settings": events, "secrets": {"token": EVENTS_TOKEN}},
                {"name": "support", "adapter": "email", "settings": support},
            ],
            "limits": {"connections_per_address": 5000},
            "outbound": {"allow_networks": ["127.0.0.0/8"]},
        }

    def configure(self, change=None, articles=True):
        """Writes the settings file; `change(settings)` may alter them first. One key a line: YAML takes JSON as it is."""
        settings = self.settings(getattr(self.sinks, "http_port", None), getattr(self.sinks, "smtp_port", None))
        if change:
            change(settings)
        with open(self.config, "w", encoding="utf-8") as f:
            for key, value in settings.items():
                f.write(f"{key}: {json.dumps(value, ensure_ascii=False)}\n")
        if articles:
            write_articles(self.kb)
        return self

    # ------------------------------------------------------------ life

    def start(self, *words, environment=None, config=True, limit=20, wait=True):
        command = [self.binary, "serve"] + (["--config", self.config] if config else []) + list(words)
        begin = time.monotonic()
        with open(self.log_path, "ab") as log:
            self.child = subprocess.Popen(command, cwd=self.place, env=dict(os.environ, **self.environment, **(environment or {})),
                                          stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        if wait:
            self.wait_until_healthy(limit)
            self.started_in = time.monotonic() - begin
        return self

    def wait_until_healthy(self, limit=20):
        def look():
            if self.child.poll() is not None:
                raise AssertionError(f"the server ended with {self.child.returncode} before it was healthy; the end of its log:\n{self.log()[-3000:]}")
            return self.get("/healthz")[0] == 200
        try:
            wait_for("/healthz", look, limit, every=0.02)
        except AssertionError as problem:
            raise AssertionError(f"{problem}\n{self.log()[-3000:]}") from None

    @property
    def running(self):
        return self.child is not None and self.child.poll() is None

    def stop(self, limit=10):
        """SIGTERM; the exit status and the seconds it took. More than `limit` seconds is a failure, after which the server is killed."""
        begin = time.monotonic()
        self.child.send_signal(signal.SIGTERM)
        try:
            status = self.child.wait(limit)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running {limit} s after SIGTERM; the end of its log:\n{self.log()[-3000:]}") from None
        return status, time.monotonic() - begin

    def kill(self):
        if self.running:
            self.child.kill()
        self.child.wait()

    # ------------------------------------------------------------ looking at it

    def log(self):
        with open(self.log_path, "rb") as f:
            return f.read().decode("utf-8", "replace")

    def get(self, path, headers=None, port=None, timeout=5, method="GET", body=None):
        """(status, header fields in lower case, body); status None when there is no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.http, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        except (OSError, http.client.HTTPException):
            return None, {}, b""
        finally:
            connection.close()

    def run(self, *words, stdin=None, timeout=60, config=True):
        """A subcommand of the same program with the same settings: its exit status, standard output and standard error."""
        command = [self.binary, *words] + (["--config", self.config] if config else [])
        done = subprocess.run(command, cwd=self.place, env=dict(os.environ, **self.environment), input=stdin, capture_output=True, timeout=timeout)
        return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")

    def export(self, *words):
        status, out, err = self.run("store", "export", *words)
        assert status == 0, f"store export: exit status {status}: {err}"
        return [json.loads(line) for line in out.split("\n") if line.strip()]

    def rows(self, containing="", direction=None):
        """Rows of the export with that text in them."""
        return [r for r in self.export() if containing in (r.get("text") or "") and direction in (None, r["direction"])]

    def check_store(self):
        """Violations that `store check` found, one a line; exit status 0 goes with none of them and nothing else does."""
        status, out, err = self.run("store", "check", timeout=120)
        lines = [line for line in out.split("\n") if line.strip()]
        assert (status == 0) == (not lines), f"store check: exit status {status} with output {lines[:5]} {err[:500]}"
        return lines

    def memory(self):
        """Resident bytes (VmRSS)."""
        with open(f"/proc/{self.child.pid}/status") as f:
            return int(re.search(r"VmRSS:\s*(\d+)", f.read())[1]) * 1024

    def processor_seconds(self):
        with open(f"/proc/{self.child.pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
