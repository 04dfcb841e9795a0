"""People: an agent with the API, and one with a browser."""
import json
import urllib.parse
import uuid

from .server import AGENT_TOKEN


class Agent:
    """The API with a token."""

    def __init__(self, server, token=AGENT_TOKEN):
        self.server, self.token = server, token

    def call(self, method, path, body=None, headers=None):
        """(status, JSON or None)"""
        fields = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **(headers or {})}
        if body is not None:
            fields.setdefault("Content-Type", "application/json")
            body = json.dumps(body).encode() if not isinstance(body, bytes) else body
        status, _, content = self.server.get("/api/v1/" + path, fields, method=method, body=body)
        return status, json.loads(content) if content.startswith((b"{", b"[")) else None

    def conversations(self, owner):
        status, page = self.call("GET", "conversations?" + urllib.parse.urlencode({"owner": owner, "limit": "50"}))
        assert status == 200, (status, page)
        return page["conversations"]

    def conversation(self, ident):
        status, detail = self.call("GET", f"conversations/{ident}")
        assert status == 200, (status, detail)
        return detail

    def act(self, ident, verb, text=None, key=None):
        body = {} if text is None else {"text": text}
        if verb == "reply" and key is None:
            key = uuid.uuid4().hex
        return self.call("POST", f"conversations/{ident}/{verb}", body, {"Idempotency-Key": key} if key else {})
