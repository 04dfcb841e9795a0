"""People by the API: the queue, one speaker at a time, the live stream, and a document that says what there is."""
import json
import re
import socket
import threading
import time

import pytest
from openapi_spec_validator import validate

from players import articles
from players.agent import Agent
from players.lines import LineCustomer
from players.partner import Partner
from players.server import AGENT, AGENT_TOKEN
from players.waiting import wait_for


def hand_over(server, agent, words="/human"):
    """A customer who asked for a person, and the conversation's id."""
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say("My lamp arrived broken, hand-over")
    customer.read()
    customer.say(words)
    (row,) = wait_for("the queue", lambda: [c for c in agent.conversations("queue") if "hand-over" in json.dumps(agent.conversation(c["id"]))])
    customer.quiet(0.3)
    return customer, row["id"]


def test_an_agent_takes_replies_notes_and_closes(server):
    agent = Agent(server)
    customer, ident = hand_over(server, agent)
    detail = agent.conversation(ident)
    assert detail["conversation"]["owner"]["kind"] == "queue"
    handoff = detail["conversation"].get("handoff") or detail.get("handoff")
    assert handoff and handoff["reason"], "the packet says why"
    status, refused = agent.act(ident, "reply", "too early")
    assert status == 409 and refused["error"]["code"] and refused["error"]["message"], "nobody speaks who does not own the conversation"
    assert agent.act(ident, "take")[0] == 200
    assert agent.act(ident, "note", "internal-pelargonium")[0] == 200
    assert agent.act(ident, "reply", "Good morning, this is Anna.")[0] == 200
    customer.hear("Good morning, this is Anna.")
    customer.say("Hello Anna, anna-question")
    wait_for("the customer's answer", lambda: "anna-question" in json.dumps(agent.conversation(ident)))
    assert not [line for line in customer.quiet(0.5) if articles.article_in(line)], "the bot is silent while an agent has it"
    assert agent.act(ident, "close")[0] == 200
    assert [c for c in server.export("--conversations") if c["id"] == ident][0]["owner"] == "nobody"
    assert not [line for line in customer.heard if "pelargonium" in line], "a note never reaches the customer"
    assert [r for r in server.export() if r["direction"] == "note" and "pelargonium" in r["text"]]
    assert server.check_store() == []


def test_the_bot_gets_it_back(server):
    agent = Agent(server)
    customer, ident = hand_over(server, agent)
    assert agent.act(ident, "take")[0] == 200
    assert agent.act(ident, "return")[0] == 200
    customer.say(articles.question("invoice"))
    customer.hear(articles.phrase("invoice"))


def test_a_reply_with_the_same_key_is_said_once(server):
    agent = Agent(server)
    customer, ident = hand_over(server, agent)
    agent.act(ident, "take")
    for _ in range(3):
        assert agent.act(ident, "reply", "said-once", key="the-same-key")[0] == 200
    customer.hear("said-once")
    assert not [line for line in customer.quiet(0.5) if "said-once" in line]
    status, problem = agent.act(ident, "reply", "another text", key="the-same-key")
    assert status in (409, 422), (status, problem)
    assert len(server.rows("said-once", "out")) == 1


def two_agents(make_server):
    """Two agents, and a conversation that waits for one."""
    token = "bruno-token-of-the-tests-0123456789abcdef"
    server = make_server(lambda settings: settings["agents"].append({"email": "bruno@agents.test", "token": token}))
    anna = Agent(server)
    _, ident = hand_over(server, anna)
    return anna, Agent(server, token), ident


def test_two_agents_at_once_and_one_gets_it(make_server):
    anna, bruno, ident = two_agents(make_server)
    statuses = []
    crowd = [threading.Thread(target=lambda a=a: statuses.append(a.act(ident, "take")[0])) for a in (anna, bruno)]
    for t in crowd:
        t.start()
    for t in crowd:
        t.join()
    assert sorted(statuses) == [200, 409]
    owner = anna.conversation(ident)["conversation"]["owner"]
    loser = bruno if owner["agent"].get("name") == AGENT or owner["agent"].get("email") == AGENT or statuses[0] == 200 else anna
    results = [a.act(ident, "reply", "hello")[0] for a in (anna, bruno)]
    assert sorted(results) == [200, 409]


def test_a_colleague_takes_over_from_the_one_who_is_named(make_server):
    anna, bruno, ident = two_agents(make_server)
    assert anna.act(ident, "take")[0] == 200
    holder = bruno.conversation(ident)["conversation"]["owner"]["agent"]["id"]
    path = f"conversations/{ident}/take"
    assert bruno.call("POST", path, {"from": "somebody-else"})[0] == 409
    assert bruno.call("POST", path, {"from": 7})[0] == 422
    status, taken = bruno.call("POST", path, {"from": holder})
    assert status == 200 and taken["conversation"]["owner"]["agent"]["id"] != holder
    # Anna is told, and has to ask by name herself.
    assert anna.act(ident, "reply", "still mine?")[0] == 409
    assert anna.call("POST", path, {"from": holder})[0] == 409


def test_who_is_nobody_gets_401_and_no_secrets(server):
    for token in ("", "wrong", AGENT_TOKEN[:-1], AGENT_TOKEN + "x"):
        for path in ("conversations", "conversations/x", "session"):
            status, content = Agent(server, token).call("GET", path)
            assert status == 401, (token, path, status)
            assert content["error"]["code"]
    status, _ = Agent(server).call("GET", "conversations/no-such-conversation")
    assert status == 404


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"text": 5}', b'{"text": ""}', b'{"text": "\\ud800"}', b'{"text": "a", "text": "b"}', b'{"text": "' + b"x" * 70_000 + b'"}', b"\xff"])
def test_wrong_bodies_get_a_status_and_one_clear_line(server, body):
    agent = Agent(server)
    _, ident = hand_over(server, agent)
    agent.act(ident, "take")
    status, problem = agent.call("POST", f"conversations/{ident}/reply", body, {"Idempotency-Key": "k"})
    assert 400 <= status < 500 and "\n" not in problem["error"]["message"], (status, problem)
    assert server.get("/healthz")[0] == 200 and not [r for r in server.rows(direction="out") if r["author_kind"] == "agent"]


def test_changes_arrive_on_the_live_stream(server):
    s = socket.create_connection(("127.0.0.1", server.http), timeout=10)
    s.sendall(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {AGENT_TOKEN}\r\nAccept: text/event-stream\r\n\r\n".encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += s.recv(4096)
    assert head.startswith(b"HTTP/1.1 200") and b"text/event-stream" in head.lower()
    begin = time.monotonic()
    assert 200 <= Partner(server.http).ask("live-stream", "live-1") < 300
    got = head.split(b"\r\n\r\n", 1)[1]
    while not re.search(rb"event: ?conversation", got):
        got += s.recv(4096)
    assert time.monotonic() - begin < 3
    ident = server.rows("live-stream", "in")[0]["conversation"]
    assert ident.encode() in got and b"live-stream" not in got, "the stream names conversations, it does not carry their text"


def test_the_openapi_document_is_valid_and_names_the_routes(server):
    status, fields, body = server.get("/api/v1/openapi.json")
    assert status == 200 and "json" in fields["content-type"]
    document = json.loads(body)
    assert document["openapi"].startswith("3.1")
    validate(document)
    operations = {(method, path) for path, item in document["paths"].items() for method in item if method in ("get", "post", "put", "patch", "delete")}
    for method, path in (("get", "conversations"), ("get", "conversations/{"), ("post", "/take"), ("post", "/reply"), ("post", "/note"), ("post", "/return"), ("post", "/close")):
        assert any(m == method and path in p for m, p in operations), (method, path)
    for method, path in operations:   # every route that is described is there: anything but 404 or 405 for a made-up id and no body
        concrete = re.sub(r"\{[^}]+\}", "no-such-id", path)
        prefix = "" if concrete.startswith("/api/") or not document.get("servers") else document["servers"][0]["url"].rstrip("/")
        prefix = re.sub(r"^https?://[^/]+", "", prefix)
        status, _, said = server.get(prefix + concrete, {"Accept": "*/*"}, method=method.upper(), timeout=2)
        assert status not in (405, 501) and not (status == 404 and "{" not in path), (method, path, status, said[:200])


def test_what_a_customer_writes_is_given_as_text(server):
    agent = Agent(server)
    text = "<script>alert(1)</script> \u202e ' \" & \u0000".replace("\u0000", "")
    assert 200 <= Partner(server.http).ask(text, "xss-1") < 300
    row = server.rows("<script>", "in")[0]
    status, fields, body = server.get(f"/api/v1/conversations/{row['conversation']}", {"Authorization": f"Bearer {AGENT_TOKEN}"})
    assert status == 200 and fields["content-type"].startswith("application/json") and fields.get("x-content-type-options") == "nosniff"
    assert text in json.dumps(json.loads(body), ensure_ascii=False).replace('\\"', '"')
