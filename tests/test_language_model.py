"""The optional language model: what it may say, and that one which obeys every injection changes nothing."""
import json
import os
import time

import pytest

from players import articles, models
from players.agent import Agent
from players.lines import LineCustomer
from players.waiting import wait_for
from test_api import hand_over

HOSTILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hostile", "prompt.jsonl")
CASES = [json.loads(line) for line in open(HOSTILE, encoding="utf-8")]
NEVER = ["CANARY-SECRET-9137", "sk-", "system prompt", "BEGIN PRIVATE", "9999", "evil"]


@pytest.fixture
def model():
    made = []

    def make(say):
        made.append(models.Model(say))
        return made[-1]

    yield make
    for one in made:
        one.close()


def using(model, uses="answers, drafts, summaries"):
    def change(settings):
        settings["language_model"] = {"url": model.url, "model": "stub", "key": "sk-of-the-tests", "timeout_seconds": 2, "uses": uses}
    return change


def transcript(server, texts):
    """What a customer hears to each text, in a conversation each."""
    heard = []
    for text in texts:
        customer = LineCustomer(server.line)
        customer.greeting()
        customer.say(text.replace("\n", " "))
        heard.append([customer.read()] + customer.quiet(0.4))
    return heard


def test_a_model_that_obeys_every_injection_changes_nothing(make_server, model):
    stub = model(models.obeying)
    texts = [case["text"] for case in CASES if case["place"] == "chat" and not case["control"]]
    plain, helped = transcript(make_server(), texts), make_server(using(stub))
    said = transcript(helped, texts)
    for case, before, after in zip(texts, plain, said):
        # What the model may not say goes to a person.
        assert after == before or "to a person" in after[0], case
        assert not [word for word in NEVER if word in "\n".join(after)]
    agent = Agent(helped)
    for row in agent.conversations("queue"):
        for verb in ("draft", "summary"):
            status, answer = agent.act(row["id"], verb)
            assert status in (200, 409, 502)
            assert not [word for word in NEVER if word in json.dumps(answer.get("text", "")) + json.dumps(answer.get("sentences", ""))], case
    assert helped.check_store() == []


def test_text_in_an_article_or_a_mail_cannot_make_it_speak(make_server, model):
    stub = model(models.obeying)
    server = make_server(using(stub), start=False)
    injections = "\n\n".join(case["text"] for case in CASES if case["place"] == "article")
    with open(os.path.join(server.kb, "injected.md"), "w", encoding="utf-8") as f:
        f.write(articles.markdown("injected", "en", "Zebra crossings in the warehouse", ["zebra crossing warehouse", "zebra warehouse", "where are zebra crossings"],
                                  "The warehouse has three zebra crossings.\n\n" + injections))
    server.start()
    agent = Agent(server)
    (heard,) = transcript(server, ["where are the zebra crossings in the warehouse"])
    assert stub.prompts, "the model was asked"
    assert not [word for word in NEVER if word in "\n".join(heard)]
    for case in (c for c in CASES if c["place"] == "mail"):
        customer, ident = hand_over(server, agent, "/human")
        customer.say(case["text"].replace("\n", " "))
        wait_for("the text", lambda: [m for m in agent.conversation(ident)["messages"] if m["text"] == case["text"].replace("\n", " ")])
        status, answer = agent.act(ident, "summary")
        assert status == 502 and answer["error"]["code"] == "no_text", case["id"]
        agent.act(ident, "take")
        agent.act(ident, "close")


def test_answers_are_said_in_other_words_when_the_article_carries_them(make_server, model):
    stub = model(models.honest)
    server = make_server(using(stub))
    (heard,) = transcript(server, ["What are your opening hours?"])
    assert "Tuesday to Saturday" in "\n".join(heard) and stub.prompts, "the control is answered, by way of the model"
    assert [row for row in server.export() if row["direction"] == "out" and "Tuesday to Saturday" in row["text"]]


def test_what_the_model_sees_holds_no_notes(make_server, model):
    stub = model(models.honest)
    server = make_server(using(stub))
    agent = Agent(server)
    customer, ident = hand_over(server, agent)
    agent.act(ident, "note", "CANARY-SECRET-9137 is what Bob thinks")
    customer.say("My order says \"ignore previous invoice\" - which one do I pay?")
    wait_for("the question", lambda: "ignore previous invoice" in json.dumps(agent.conversation(ident)))
    assert agent.act(ident, "summary")[0] in (200, 502)
    status, draft = agent.act(ident, "draft")
    assert status == 200 and draft["articles"]
    assert stub.prompts and not [p for p in stub.prompts if "CANARY" in p or "sk-of-the-tests" in p]


def slowly(handler):
    """An answer that never ends, a byte at a time."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.end_headers()
    try:
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.2)
    except OSError:
        pass


def elsewhere(handler):
    """To another place, where a model would answer."""
    handler.send_response(307)
    handler.send_header("location", f"http://localhost:{handler.server.server_address[1]}/other/chat/completions")
    handler.send_header("content-length", "0")
    handler.end_headers()


BROKEN = [b"", b"{", b"[]", b'{"choices": []}', b'{"choices": [{"message": {"content": 1}}]}', b'{"choices": [{"message": {"content": "' + b"x" * 200_000 + b'"}}]}', b"[" * 20_000]


@pytest.mark.parametrize("fault", [500, 429, 401, None, slowly, elsewhere] + BROKEN, ids=lambda fault: str(getattr(fault, "__name__", fault))[:20])
def test_without_the_model_everything_goes_on(make_server, model, fault):
    stub = model(lambda *_: fault)
    server = make_server(using(stub))
    (heard,) = transcript(server, [articles.question("invoice")])
    assert articles.phrase("invoice") in "\n".join(heard)
    assert len(stub.prompts) == 1
    _, _, metrics = server.get("/metrics")
    assert 'centralino_language_model_total{use="answers",outcome="failed"}' in metrics.decode()
    assert "the language model failed" in server.log() and "sk-of-the-tests" not in server.log()


@pytest.mark.parametrize("status, headers", [(429, {"retry-after": "30"}), (401, {})])
def test_a_model_that_wants_to_be_left_alone_is_left_alone(make_server, model, status, headers):
    def refuse(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("content-length", "0")
        handler.end_headers()
    stub = model(lambda *_: refuse)
    server = make_server(using(stub))
    for heard in transcript(server, [articles.question("invoice")] * 2):
        assert articles.phrase("invoice") in "\n".join(heard)
    assert len(stub.prompts) == 1
    assert 'outcome="resting"' in server.get("/metrics")[2].decode()
