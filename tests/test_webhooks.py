"""The webhook channels from both sides: what a partner sends, and what the partner's address gets."""
import json
import time
import uuid

import pytest
from standardwebhooks.webhooks import Webhook

from players import articles
from players.partner import Partner, cloud_event, event, send_cloud_event, sign
from players.server import EVENTS_TOKEN, KEY
from players.waiting import wait_for


def test_a_question_is_answered_with_a_signed_post(server, sinks):
    assert 200 <= Partner(server.http).ask(articles.question("shipping-cost"), "c-1") < 300
    reply = wait_for("the reply", lambda: sinks.replies("c-1"))[0]
    content = Webhook(KEY).verify(reply.body, reply.headers)
    assert content["type"] == "message.created"
    assert content["data"]["conversation_id"] == "c-1"
    assert articles.phrase("shipping-cost") in content["data"]["text"]
    rows = server.export()
    (question,) = [r for r in rows if r["direction"] == "in"]
    (answer,) = [r for r in rows if r["direction"] == "out"]
    assert answer["id"] == content["data"]["id"] and answer["conversation"] == question["conversation"] and answer["author"].startswith("bot")
    wait_for("delivered", lambda: [r for r in server.export() if r["direction"] == "out" and r["state"] == "delivered"])


def test_what_the_reference_library_signs_is_accepted(server):
    import datetime
    body, ident, stamp = event("Hello", "c-2"), f"msg_{uuid.uuid4().hex}", datetime.datetime.now(datetime.timezone.utc)
    signature = Webhook(KEY).sign(ident, stamp, body.decode())
    assert 200 <= Partner(server.http).send(body, ident, stamp=int(stamp.timestamp()), signature=signature)[0] < 300
    assert len(server.rows("Hello", "in")) == 1


def test_the_same_webhook_id_is_stored_once_and_answered_once(server, sinks):
    partner, body, ident = Partner(server.http), event(articles.question("warranty"), "c-3"), f"msg_{uuid.uuid4().hex}"
    for _ in range(5):
        assert 200 <= partner.send(body, ident)[0] < 300
    wait_for("the reply", lambda: sinks.replies("c-3"))
    time.sleep(0.5)
    assert len(server.rows(direction="in")) == 1 and len(sinks.replies("c-3")) == 1


def test_messages_of_one_conversation_stay_together_and_others_apart(server):
    partner = Partner(server.http)
    for conversation, text in (("c-4", "one of four"), ("c-5", "one of five"), ("c-4", "two of four")):
        assert 200 <= partner.ask(text, conversation, author=conversation) < 300
    rows = server.export()
    where = {r["text"]: r["conversation"] for r in rows if r["direction"] == "in"}
    assert where["one of four"] == where["two of four"] != where["one of five"]


@pytest.mark.parametrize("what, expected", [("signature", {401, 403}), ("key", {401, 403}), ("old", {400, 401, 403}), ("none", {400, 401, 403}), ("body", {401, 403})])
def test_what_is_not_authentic_is_refused_and_not_stored(server, what, expected):
    partner, body, ident, now = Partner(server.http), event("never stored", "c-6"), "msg_forged", int(time.time())
    fields = {"Content-Type": "application/json", "webhook-id": ident, "webhook-timestamp": str(now), "webhook-signature": sign(ident, now, body)}
    if what == "signature":
        fields["webhook-signature"] = "v1,AAAA"
    elif what == "key":
        fields["webhook-signature"] = sign(ident, now, body, "A" * 32 + "AAAAAAAAAAA=")
    elif what == "old":
        fields.update({"webhook-timestamp": str(now - 301), "webhook-signature": sign(ident, now - 301, body)})
    elif what == "none":
        del fields["webhook-signature"]
    else:
        body = body.replace(b"never", b"nevar")
    status, _, said = partner.post(body, fields)
    assert status in expected, (status, said)
    assert said.strip() and len(said) < 1000, "one clear line says what is wrong"
    assert not server.rows("never", "in") and not server.rows("nevar", "in")


def test_broken_json_is_refused_and_neighbours_are_served(server, sinks):
    partner = Partner(server.http)
    for body in (b"{", b"\xff\xfe", b'{"type":"message.created","data":', b"[" * 100_000, b"x" * 100_000):
        status, _, said = partner.send(body)
        assert status == 400 and b"\n" not in said.strip()[:-1], (status, said)
    assert 200 <= partner.ask(articles.question("invoice"), "c-7") < 300
    assert articles.phrase("invoice") in wait_for("the reply", lambda: sinks.replies("c-7"))[0].json["data"]["text"]
    assert len(server.rows(direction="in")) == 1 and server.check_store() == []


def test_a_body_over_the_limit_is_refused_with_413(server):
    status, _, _ = Partner(server.http).send(event("x" * (1 << 20), "c-8"))
    assert status == 413
    assert server.export() == []


def test_unknown_channels_and_methods_are_named(server):
    assert server.get("/channels/nobody", method="POST", body=b"{}")[0] == 404
    assert server.get("/channels/partner", method="DELETE")[0] in (404, 405)
    assert server.get("/nothing")[0] == 404


def test_a_reply_is_tried_again_with_the_same_id_and_a_new_signature(make_server, sinks):
    tries = []

    def answer(post):
        tries.append(post)
        return (503, {"Retry-After": "1"}) if len(tries) == 1 else (204, {})
    sinks.answer_post = answer
    server = make_server()
    assert 200 <= Partner(server.http).ask(articles.question("gift-cards"), "c-9") < 300
    first, second = wait_for("a second try", lambda: len(tries) >= 2 and tries[:2], 20)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] and first.body == second.body
    assert second.at - first.at >= 0.9, "Retry-After is kept"
    for post in (first, second):
        Webhook(KEY).verify(post.body, post.headers)
    (row,) = wait_for("delivered", lambda: [r for r in server.rows(direction="out") if r["state"] == "delivered"])
    assert row["attempts"] == 2


def test_a_redirect_is_not_followed_and_gone_is_final(make_server, sinks):
    sinks.answer_post = lambda post: (410, {})
    server = make_server()
    assert 200 <= Partner(server.http).ask(articles.question("gift-cards"), "c-10") < 300
    wait_for("refused", lambda: [r for r in server.rows(direction="out") if r["state"] == "refused"])
    sinks.answer_post = lambda post: (307, {"Location": f"http://127.0.0.1:{sinks.http_port}/elsewhere"})
    assert 200 <= Partner(server.http).ask(articles.question("warranty"), "c-11") < 300
    wait_for("the try", lambda: sinks.replies("c-11"))
    time.sleep(0.3)
    assert not [p for p in sinks.posts if p.path == "/elsewhere"]


def test_the_address_guard_keeps_replies_out_of_private_networks(make_server, sinks):
    server = make_server(lambda s: s.pop("outbound"), start=False).start(wait=False)
    try:
        server.wait_until_healthy(5)
    except AssertionError:
        assert server.child.wait(5) == 1, "an address that can never be reached may be refused at the start"
        return
    assert 200 <= Partner(server.http).ask(articles.question("gift-cards"), "c-12") < 300
    wait_for("an answer in the store", lambda: [r for r in server.rows(direction="out") if r["attempts"] or r["state"] != "due"])
    assert sinks.posts == []


def test_cloud_events_in_all_three_forms(server, sinks):
    assert 200 <= send_cloud_event(server.http, cloud_event(articles.question("opening-hours"), "e-1"))[0] < 300
    assert 200 <= send_cloud_event(server.http, [cloud_event(articles.question("warranty"), "e-2")], kind="application/cloudevents-batch+json")[0] < 300
    document = cloud_event(articles.question("invoice"), "e-3")
    fields = {"ce-" + k: v for k, v in document.items() if isinstance(v, str) and k != "datacontenttype"}
    status, _, _ = Partner(server.http, "/channels/events").post(json.dumps(document["data"]).encode(), {
        **fields, "Content-Type": "application/json", "Authorization": f"Bearer {EVENTS_TOKEN}"})
    assert 200 <= status < 300
    for conversation, ident in (("e-1", "opening-hours"), ("e-2", "warranty"), ("e-3", "invoice")):
        reply = wait_for("the reply", lambda: sinks.replies(conversation, "/events"))[0]
        assert articles.phrase(ident) in reply.json["data"]["text"]
        assert reply.json["specversion"] == "1.0" and reply.headers["content-type"].startswith("application/cloudevents+json")
        assert reply.headers["authorization"] == f"Bearer {EVENTS_TOKEN}"


def test_cloud_events_are_told_apart_by_source_and_id(server):
    for source, ident in (("/a", "1"), ("/b", "1"), ("/a", "1")):
        assert 200 <= send_cloud_event(server.http, cloud_event("told apart", "e-4", ident, source))[0] < 300
    assert len(server.rows("told apart", "in")) == 2
    assert send_cloud_event(server.http, cloud_event("x", "e-5"), token="wrong")[0] == 401
    assert send_cloud_event(server.http, cloud_event("x", "e-5"), kind="text/plain")[0] == 415


def test_a_message_under_way_in_two_connections_at_once_is_stored_once(server):
    import threading
    body, ident, statuses = event("at once", "c-13"), "msg_at_once", []
    crowd = [threading.Thread(target=lambda: statuses.append(Partner(server.http).send(body, ident)[0])) for _ in range(16)]
    for t in crowd:
        t.start()
    for t in crowd:
        t.join()
    assert len(statuses) == 16 and all(200 <= s < 300 for s in statuses)
    assert len(server.rows("at once", "in")) == 1
