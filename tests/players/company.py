"""A company system over HTTP: orders that can be looked up and cancelled. It tells repeats by Idempotency-Key and counts what it changed."""
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "company-token-of-the-tests"


class Company:
    """`before(request)` may act before an answer is given: return a (status, body) instead of the usual one, raise to break the connection."""

    def __init__(self, port=0):
        self.requests, self.changes, self.keys, self.lock = [], [], {}, threading.Lock()
        self.before = lambda request: None
        company = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.handle_one("GET")

            def do_POST(self):
                self.handle_one("POST")

            def handle_one(self, method):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                request = {"method": method, "path": self.path, "key": self.headers.get("idempotency-key"), "token": self.headers.get("authorization"), "body": body, "at": time.monotonic()}
                with company.lock:
                    company.requests.append(request)
                try:
                    status, answer = company.answer(request)
                except ConnectionError:
                    self.connection.close()
                    return
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                try:
                    self.send_response(status)
                    self.send_header("content-type", "application/json")
                    self.send_header("content-length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request):
        if request["method"] == "POST":
            # A change is made once for each key, and its answer is kept.
            with self.lock:
                kept = self.keys.get(request["key"])
                if kept is None:
                    self.changes.append(json.loads(request["body"]))
                    kept = self.keys[request["key"]] = (200, {"state": "cancelled", "secret": "never shown"})
            return self.before(request) or kept
        number = request["path"].rsplit("/", 1)[1]
        special = self.before(request)
        if special:
            return special
        return (404, {}) if number == "BL-404404" else (200, {"state": "on its way", "delivery": {"day": "Monday"}, "secret": "never shown"})

    def close(self):
        self.server.shutdown()
        self.server.server_close()


STATUS = """---
id: order-status
title: Where an order is
language: en
questions: ["Where is my order?", "order status", "track my parcel", "has my parcel been sent yet", "where is my parcel now"]
ask:
  - { name: order, type: order_number, pattern: "BL-#{6}", question: "Which order number?" }
call: { action: order-status, arguments: { number: order }, not_found: "There is no such order." }
---

Order {{order}} is {{action.state}}, due {{action.delivery.day}}.
"""

CANCEL = """---
id: cancel-order
title: Cancel an order
language: en
questions: ["Cancel my order", "I want to cancel an order", "please stop my order", "how do I cancel what I ordered", "cancel the purchase I made"]
ask:
  - { name: order, type: order_number, pattern: "BL-#{6}", question: "Which order number?" }
call: { action: cancel-order, arguments: { number: order } }
confirm: "Cancel order {{order}} for good?"
---

Order {{order}} is now {{action.state}}.
"""


def settings(port, **more):
    base = f"http://127.0.0.1:{port}"
    actions = [
        {"name": "order-status", "method": "GET", "url": base + "/orders/{number}", "headers": {"Authorization": "Bearer " + TOKEN}, "timeout_seconds": 2,
         "response": ["state", "delivery.day"]},
        {"name": "cancel-order", "method": "POST", "url": base + "/cancellations", "headers": {"Authorization": "Bearer " + TOKEN}, "timeout_seconds": 2,
         "body": {"order": "{{number}}", "why": "asked by the customer"}, "changes": True, "idempotency_header": "Idempotency-Key", "response": ["state"]},
    ]
    for action in actions:
        action.update(more.get(action["name"].replace("-", "_"), {}))
    return actions
