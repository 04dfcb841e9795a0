"""A company whose system talks to us by webhooks: signs what it sends, as the Standard Webhooks specification says."""
import base64
import hashlib
import hmac
import http.client
import json
import time
import uuid

from .server import EVENTS_TOKEN, KEY


def sign(ident, stamp, body, key=KEY):
    digest = hmac.new(base64.b64decode(key), f"{ident}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def event(text, conversation, ident=None, author="u-1", kind="message.created", **more):
    """The envelope of the profile, as bytes."""
    data = {"id": ident or str(uuid.uuid4()), "conversation_id": conversation, "text": text, "author": {"id": author, "name": "Ada Byron"}}
    return json.dumps({"type": kind, "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "data": {**data, **more}}, ensure_ascii=False).encode()


class Partner:
    """Keeps one HTTP connection, as a good sender does; opens a new one when it broke."""

    def __init__(self, port, path="/channels/partner", timeout=15):
        self.port, self.path, self.timeout, self.connection = port, path, timeout, None

    def post(self, body, headers, path=None):
        """(status, header fields in lower case, body). OSError or HTTPException: nobody knows what became of it."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            self.connection.request("POST", path or self.path, body=body, headers=headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        fields = {k.lower(): v for k, v in answer.getheaders()}
        if fields.get("connection", "").lower() == "close":
            self.close()
        return answer.status, fields, content

    def send(self, body, ident=None, key=KEY, stamp=None, signature=None):
        ident, stamp = ident or f"msg_{uuid.uuid4().hex}", str(stamp or int(time.time()))
        return self.post(body, {"Content-Type": "application/json", "webhook-id": ident, "webhook-timestamp": stamp,
                                "webhook-signature": signature or sign(ident, stamp, body, key)})

    def ask(self, text, conversation, ident=None, **more):
        """Sends one message; the status."""
        return self.send(event(text, conversation, **more), ident)[0]

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def cloud_event(text, conversation, ident=None, source="/shop", kind="com.example.message.created"):
    return {"specversion": "1.0", "id": ident or str(uuid.uuid4()), "source": source, "type": kind, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "datacontenttype": "application/json",
            "data": {"id": str(uuid.uuid4()), "conversation_id": conversation, "text": text, "author": {"id": "u-7", "name": "Bo"}}}


def send_cloud_event(port, document, token=EVENTS_TOKEN, kind="application/cloudevents+json"):
    body = json.dumps(document, ensure_ascii=False).encode()
    return Partner(port, "/channels/events").post(body, {"Content-Type": kind, "Authorization": f"Bearer {token}"})
