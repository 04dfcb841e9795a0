"""Articles that ask and call a company system: the real program, a real HTTP server at the other end, kills in the middle."""
import os
import time

import pytest

from players import company as players
from players.company import CANCEL, STATUS, TOKEN, Company
from players.lines import LineCustomer
from players.waiting import free_port, wait_for


@pytest.fixture
def company():
    made = Company()
    yield made
    made.close()


def start(make_server, port, **more):
    server = make_server(change=lambda settings: settings.update(actions=players.settings(port, **more)), start=False)
    for name, text in (("order-status", STATUS), ("cancel-order", CANCEL)):
        with open(os.path.join(server.kb, name + ".md"), "w", encoding="utf-8") as f:
            f.write(text)
    return server.start()


def talk(server):
    customer = LineCustomer(server.line)
    customer.greeting()
    return customer


def owner(server):
    (row,) = server.export("--conversations")
    return row["owner"]


def ask_to_cancel(server, number="BL-123456"):
    customer = talk(server)
    customer.say("I want to cancel an order")
    customer.hear("Which order number")
    customer.say(number)
    customer.hear("Cancel order " + number)
    return customer


def test_an_order_is_looked_up(make_server, company):
    server = start(make_server, company.port)
    customer = talk(server)
    customer.say("Where is my order?")
    customer.hear("Which order number")
    customer.say("no idea")
    customer.hear("can't see a number like BL-")
    customer.say("it is bl 123456")
    customer.hear("Order BL-123456 is on its way, due Monday")
    (request,) = company.requests
    assert request["path"] == "/orders/BL-123456" and request["token"] == "Bearer " + TOKEN and request["key"] is None
    customer.say("and BL-404404?")
    customer.hear("There is no such order")
    assert TOKEN not in server.log() and "never shown" not in str(server.export("--events"))
    assert server.check_store() == []


def test_nothing_is_changed_without_a_yes(make_server, company):
    server = start(make_server, company.port)
    customer = ask_to_cancel(server)
    for words in ("maybe", "no"):
        customer.say(words)
        assert customer.read()
    customer.quiet(0.5)
    assert company.requests == []
    assert owner(server) == "bot"


def test_a_change_is_made_once_after_a_yes(make_server, company):
    server = start(make_server, company.port)
    customer = ask_to_cancel(server)
    customer.say("yes")
    customer.hear("Order BL-123456 is now cancelled")
    assert company.changes == [{"order": "BL-123456", "why": "asked by the customer"}]
    assert company.requests[0]["key"]
    assert server.check_store() == []


def test_a_company_system_that_stumbles_is_asked_again_under_the_same_key(make_server, company):
    answers = [(503, {}), (500, b"broken"), None]
    company.before = lambda request: answers.pop(0)
    server = start(make_server, company.port)
    customer = ask_to_cancel(server)
    customer.say("yes")
    customer.hear("is now cancelled", limit=15)
    assert len({r["key"] for r in company.requests}) == 1 and len(company.requests) == 3
    assert len(company.changes) == 1


@pytest.mark.parametrize("answer, tries", [
    ((200, b"<html>"), 1), ((200, {"other": 1}), 1), ((200, {"state": {"deep": 1}}), 1), ((200, b"[" * 5000), 1), ((200, b'{"state":"' + b"x" * 80_000 + b'"}'), 1),
    ((302, {}), 1), ((400, {}), 1), ((401, {}), 1),
])
def test_an_answer_that_is_none_brings_a_person_with_what_was_collected(make_server, company, answer, tries):
    company.before = lambda request: answer
    server = start(make_server, company.port)
    customer = talk(server)
    customer.say("where is my order BL-123456")
    customer.hear("passing it to a person")
    (row,) = server.export("--conversations")
    assert row["owner"] == "queue" and row["handoff"]["reason"] == "call-failed"
    facts = {fact["name"]: fact["value"] for fact in row["handoff"]["facts"]}
    assert facts["order"] == "BL-123456" and facts["action"] == "order-status" and facts["result"]
    assert len(company.requests) == tries
    assert not [r for r in server.rows(direction="out") if "on its way" in r["text"]]


def test_a_slow_company_system_is_given_up_on(make_server, company):
    company.before = lambda request: time.sleep(4)
    server = start(make_server, company.port, order_status={"timeout_seconds": 1, "retries": 1})
    customer = talk(server)
    customer.say("where is my order BL-123456")
    customer.say("hello?")
    customer.hear("still checking")
    customer.hear("passing it to a person", limit=15)
    assert len(company.requests) == 2


def test_a_change_that_cannot_be_told_apart_is_never_repeated(make_server, company):
    def cut(request):
        raise ConnectionError
    company.before = cut
    server = start(make_server, company.port, cancel_order={"retries": 5})
    with open(server.config, encoding="utf-8") as f:
        text = f.read()
    server.stop()
    with open(server.config, "w", encoding="utf-8") as f:
        f.write(text.replace('"idempotency_header": "Idempotency-Key", ', ""))
    server.start()
    customer = ask_to_cancel(server)
    customer.say("yes")
    customer.hear("passing it to a person")
    assert len(company.requests) == 1 and len(company.changes) == 1
    (row,) = server.export("--conversations")
    assert "nobody knows" in str(row["handoff"]["facts"])


def test_killed_between_the_yes_and_the_call(make_server):
    port = free_port()   # Nobody listens there yet: the call is due, and cannot be made.
    server = start(make_server, port)
    customer = ask_to_cancel(server)
    token = customer.token
    customer.say("yes")
    wait_for("the call is due", lambda: [e for e in server.export("--events") if e["kind"] == "call.due"])
    server.kill()
    company = Company(port)
    try:
        server.start()
        again = LineCustomer(server.line)
        again.say(f"/resume {token}")
        again.hear("is now cancelled", limit=20)
        assert len(company.changes) == 1
        assert server.check_store() == []
    finally:
        company.close()


def test_killed_after_the_call_before_the_answer(make_server, company):
    server = start(make_server, company.port)
    seen = []

    def kill(request):
        # The change is made; the program dies before it can hear so.
        if not seen:
            seen.append(request)
            server.kill()
            raise ConnectionError
    company.before = kill
    customer = ask_to_cancel(server)
    token = customer.token
    customer.say("yes")
    wait_for("the program is gone", lambda: not server.running)
    server.start()
    again = LineCustomer(server.line)
    again.say(f"/resume {token}")
    again.hear("is now cancelled", limit=20)
    assert len(company.changes) == 1 and len(company.requests) == 2
    assert len({r["key"] for r in company.requests}) == 1
    assert server.check_store() == []


def after_a_kill(server, customer):
    """The same customer on a new line, once the server has been killed and started again."""
    server.kill()
    server.start()
    again = LineCustomer(server.line)
    again.say(f"/resume {customer.token}")
    return again


def test_a_dialogue_survives_a_kill(make_server, company):
    server = start(make_server, company.port)
    customer = talk(server)
    customer.say("Where is my order?")
    customer.hear("Which order number")
    again = after_a_kill(server, customer)
    again.say("BL-123456")
    again.hear("Order BL-123456 is on its way")


LAMPS = """---
id: lamp-repair
title: "Lamp repair"
language: en
questions: ["Do you repair lamps?", "my lamp needs a repair", "lamp repair service", "who repairs lamps", "can you mend my lamp"]
---

We repair every lamp in our workshop. A repair costs 12 euro. It takes 3 days. Chandeliers are collected on Fridays.
"""


def test_a_short_message_leans_on_the_question_before_it_also_after_a_kill(make_server, company):
    server = start(make_server, company.port)
    with open(os.path.join(server.kb, "lamp-repair.md"), "w", encoding="utf-8") as f:
        f.write(LAMPS)
    server.stop()
    server.start()
    customer = talk(server)
    customer.say("Do you repair lamps?")
    customer.hear("our workshop")
    again = after_a_kill(server, customer)
    again.say("and chandeliers?")
    # What the kill left open may be said once more before it.
    wait_for("the sentence", lambda: [r for r in server.rows(direction="out") if r["text"].startswith("Chandeliers are collected on Fridays.\n")])
    (answer,) = [e["body"] for e in server.export("--events") if e["kind"] == "bot.answered" and "follows" in e["body"]]
    assert answer["article"] == answer["follows"] == "lamp-repair" and answer["version"]
    again.say("and chandeliers?")
    again.hear("passing your question to a person")
    assert server.check_store() == []


def test_values_are_values(make_server, company):
    server = start(make_server, company.port)
    company.before = lambda request: (200, {"state": "{{order}} *bold* [x](http://evil.example)\nSource: me", "delivery": {"day": "\u202eMonday"}})
    customer = talk(server)
    customer.say("where is my order BL-123456")
    line = customer.hear("Order BL-123456 is")
    assert line.startswith("Order BL-123456 is {{order}} \\*bold\\* \\[x\\](http://evil.example) Source: me, due Monday.")


def test_what_helped_is_counted(make_server, company):
    server = start(make_server, company.port)
    customer = talk(server)
    customer.say("How much does shipping cost?")
    customer.hear("4.90 euro")
    customer.say("that helped")
    customer.hear("Good to hear")
    wait_for("counted", lambda: b'centralino_answer_feedback_total{outcome="helped"} 1' in server.get("/metrics")[2])
    said = [e for e in server.export("--events") if e["kind"] == "bot.said"]
    assert said[0]["body"]["article"] == "shipping-cost" and said[0]["body"]["version"]


def test_settings_that_make_no_sense_are_refused(make_server):
    server = make_server(change=lambda settings: settings.update(actions=[
        {"name": "a", "method": "POST", "url": "https://x.example/"}, {"name": "b", "url": "ftp://x.example/"}, {"name": "c", "url": "https://{host}/"},
        {"name": "d", "url": "https://x.example/", "headers": {"Host": "y"}}, {"name": "e", "url": "https://x.example/", "body": {"a": 1}}]), start=False)
    status, out, err = server.run("check")
    assert status == 1
    for part in ("actions[0].changes", "actions[1].url", "actions[2].url", "actions[3].headers.Host", "actions[4].body"):
        assert part in err, err
