"""The knowledge base edited by many: in files and over the API, live at once, traceable for good."""
import os
import re
import shutil
import signal
import statistics
import time

import pytest

from players.agent import Agent
from players.partner import Partner
from players.waiting import wait_for
from test_knowledge import TEXT, answers, save

OTHER_TOKEN = "bruno-token-of-the-tests-0123456789abcdef"


def two_admins(settings):
    settings["agents"].append({"email": "bruno@agents.test", "token": OTHER_TOKEN})


def bicycle(answer, ident="bicycle", more=""):
    return TEXT.format(ident=ident, answer=answer).replace("language: en\n", "language: en\n" + more)


def current(agent, ident="bicycle"):
    status, detail = agent.call("GET", f"articles/{ident}")
    return detail if status == 200 else None


def act(agent, verb, version, ident="bicycle", **more):
    return agent.call("POST", f"articles/{ident}/{verb}", {"version": version, **more})


def edit(agent, text, ident="bicycle"):
    """Saves a draft of an article, or begins it; the draft's version."""
    detail = current(agent, ident)
    if detail is None:
        status, detail = agent.call("POST", "articles", {"text": text})
        assert status == 201, detail
    else:
        article = detail["article"]
        base = article["draft"] or article["live"] or article["archived"]
        status, detail = agent.call("PUT", f"articles/{ident}/draft", {"text": text, "base_version": base})
        assert status == 200, detail
    return detail["article"]["draft"]


def publish(agent, text, ident="bicycle"):
    version = edit(agent, text, ident)
    status, detail = act(agent, "publish", version, ident)
    assert status == 200, detail
    return version


def seconds_until(server, phrase):
    begin = time.monotonic()
    wait_for(phrase, lambda: phrase in answers(server, "Can you fix my bike?"), 5, every=0.01)
    return time.monotonic() - begin


def test_edits_in_a_file_and_over_the_api_are_live_within_a_second(server):
    agent = Agent(server)
    times = {"file": [], "api": []}
    for number in range(5):
        save(server, "bicycle.md", bicycle(f"Code from-file-{number}."))
        times["file"].append(seconds_until(server, f"from-file-{number}"))
        wait_for("the file in the store", lambda: f"from-file-{number}" in (current(agent) or {"live": {"text": ""}})["live"]["text"])
        publish(agent, bicycle(f"Code from-api-{number}."))
        times["api"].append(seconds_until(server, f"from-api-{number}"))
        wait_for("the file", lambda: f"from-api-{number}" in open(os.path.join(server.kb, "bicycle.md"), encoding="utf-8").read())
    for way, found in times.items():
        print(f"\nlive after an edit by {way}: median {statistics.median(found) * 1000:.0f} ms, worst {max(found) * 1000:.0f} ms (asking included)")
        assert statistics.median(found) < 1
    assert server.check_store() == []


def test_an_answer_is_traced_to_its_text_after_edits_and_removal(server):
    agent = Agent(server)
    text = bicycle("We repair bicycles, code trace-1.")
    save(server, "bicycle.md", text)
    seconds_until(server, "trace-1")
    assert 200 <= Partner(server.http).ask("Can you fix my bike?", "trace") < 300
    row = wait_for("an answer", lambda: [r for r in server.rows("trace-1", "out") if r["channel"] == "partner"])[0]
    publish(agent, bicycle("Code trace-2."))
    seconds_until(server, "trace-2")
    os.remove(os.path.join(server.kb, "bicycle.md"))
    wait_for("the article to go", lambda: current(agent)["article"]["status"] == "archived")
    status, traced = agent.call("GET", f"answers/{row['id']}")
    assert status == 200 and traced["answers"][0]["text"]["text"] == text
    status, given = agent.call("GET", "articles/bicycle/answers")
    assert status == 200 and row["id"] in [a["message"] for a in given["answers"]]
    status, history = agent.call("GET", "articles/bicycle/versions")
    assert [c["kind"] for c in history["changes"]] == ["removed", "published", "drafted", "published"]
    assert len(server.export("--articles")) >= 2


def test_after_a_restart_folder_and_store_agree(server):
    agent = Agent(server)
    save(server, "bicycle.md", bicycle("Code was-1."))
    seconds_until(server, "was-1")
    publish(agent, bicycle("Code was-2."))
    publish(agent, bicycle("Only in the store, code lamp-9.", "lamp").replace("bike", "lamp").replace("bicycle", "lamp").replace("Bicycle", "Lamp"), "lamp")
    wait_for("the file", lambda: "was-2" in open(os.path.join(server.kb, "bicycle.md"), encoding="utf-8").read())
    server.stop()
    server.start()
    assert "was-2" in answers(server, "Can you fix my bike?") and "lamp-9" in answers(server, "Can you fix my lamp?")
    server.stop()
    save(server, "bicycle.md", bicycle("Code was-3."))
    server.start()
    assert "was-3" in answers(server, "Can you fix my bike?")
    server.stop()
    save(server, "bicycle.md", "---\nbroken\n")
    server.start()
    assert "was-3" in answers(server, "Can you fix my bike?"), "a broken file does not take its article away"
    assert server.check_store() == []


def test_a_folder_that_cannot_be_written_leaves_the_publication_in_the_store(server):
    agent = Agent(server)
    save(server, "bicycle.md", bicycle("Code was-1."))
    seconds_until(server, "was-1")
    if os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    os.chmod(server.kb, 0o555)
    try:
        publish(agent, bicycle("Code was-2."))
        seconds_until(server, "was-2")
        server.stop()
        server.start()
        assert "was-2" in answers(server, "Can you fix my bike?")
    finally:
        os.chmod(server.kb, 0o755)


def test_approval_is_by_another_person(make_server):
    def change(settings):
        two_admins(settings)
        settings["knowledge_approval"] = True
    server = make_server(change)
    anna, bruno = Agent(server), Agent(server, OTHER_TOKEN)
    version = edit(anna, bicycle("Code approved-1."))
    assert act(anna, "publish", version)[1]["error"]["code"] == "approval_needed"
    assert act(anna, "submit", version)[0] == 200
    assert act(anna, "approve", version)[1]["error"]["code"] == "own_draft"
    assert act(bruno, "approve", version)[0] == 200
    assert act(anna, "publish", version)[0] == 200
    seconds_until(server, "approved-1")


def test_a_lost_update_is_refused(make_server):
    server = make_server(two_admins)
    anna, bruno = Agent(server), Agent(server, OTHER_TOKEN)
    first = edit(anna, bicycle("One."))
    assert anna.call("PUT", "articles/bicycle/draft", {"text": bicycle("Two."), "base_version": first})[0] == 200
    status, refused = bruno.call("PUT", "articles/bicycle/draft", {"text": bicycle("Three."), "base_version": first})
    assert status == 412 and refused["error"]["code"] == "version_changed" and first in refused["error"]["message"]
    assert "Two." in current(bruno)["draft"]["text"]


def test_what_contradicts_a_live_article_is_refused_and_a_scope_settles_it(server):
    agent = Agent(server)
    publish(agent, bicycle("A repair costs 30 euro.", more="channels: [line]\n"))
    version = edit(agent, bicycle("A repair costs 45 euro.", "bicycle-new"), "bicycle-new")
    wait_for("the first to be live", lambda: act(agent, "publish", version, "bicycle-new")[0] == 409, 3)
    status, refused = act(agent, "publish", version, "bicycle-new")
    assert status == 409 and refused["error"]["code"] == "contradiction"
    assert re.search(r"\(bicycle\)|bicycle\.md", refused["error"]["message"]) and "bicycle-new" in refused["error"]["message"]
    assert refused["error"]["conflicts"]
    publish(agent, bicycle("A repair costs 45 euro.", "bicycle-new", "channels: [email]\n"), "bicycle-new")


def test_a_preview_and_the_gaps_know_real_questions(server):
    agent, partner = Agent(server), Partner(server.http)
    for number in range(4):
        assert 200 <= partner.ask("Do you repair bicycles?" if number % 2 else "Can you fix my bike please?", f"customer-{number}", author=f"u-{number}") < 300
    wait_for("handovers", lambda: len(agent.conversations("queue")) == 4)
    status, gaps = agent.call("GET", "knowledge/gaps")
    assert status == 200 and sum(g["people"] for g in gaps["gaps"]) == 4
    version = edit(agent, bicycle("Code preview-1."))
    status, preview = agent.call("POST", "articles/bicycle/preview", {})
    assert status == 200 and preview["gained"] == 4 and preview["lost"] == 0, preview
    assert act(agent, "publish", version)[0] == 200
    wait_for("no gap any more", lambda: agent.call("GET", "knowledge/gaps")[1]["gaps"] == [], 3)
    status, effect = agent.call("GET", "articles/bicycle/effect")
    assert sum(w["handed_off"] for w in effect["weeks"]) == 4


@pytest.mark.parametrize("point", ["before-commit", "after-commit", "before-sync", "after-sync"])
def test_a_kill_while_publishing_leaves_the_old_or_the_new(make_server, point):
    """Killed at each place of a publication, at each of the first commits of a run: what is live is one whole text, and file and store agree after the restart."""
    server = make_server()
    agent = Agent(server)
    save(server, "bicycle.md", bicycle("Code kill-0."))
    seconds_until(server, "kill-0")
    server.stop()
    last = 0
    for number in range(1, 9 if "commit" in point else 3):
        server.start(environment={"CENTRALINO_CRASH_AT": f"{point}:{number if 'commit' in point else 1}"}, wait=False)
        try:
            server.wait_until_healthy()
            publish(agent, bicycle(f"Code kill-{number}."))
            server.child.wait(3)
        except Exception:
            pass
        if server.running:
            server.child.send_signal(signal.SIGKILL)
        server.child.wait()
        server.start()
        heard = re.findall(r"kill-(\d)", answers(server, "Can you fix my bike?"))
        assert len(set(heard)) == 1 and int(heard[0]) in (last, number), (point, number, heard)
        last = int(heard[0])
        detail = current(agent)
        wait_for("the file to say what is live",
                 lambda: open(os.path.join(server.kb, "bicycle.md"), encoding="utf-8").read() == current(agent)["live"]["text"], 3)
        assert f"kill-{last}" in detail["live"]["text"]
        assert server.check_store() == []
        draft = detail["article"]["draft"]
        if draft:
            assert act(agent, "discard", draft)[0] == 200
        server.stop()


RETURNS = """---
id: {ident}
title: "{title}"
language: it
questions:
  - "{first}"
  - "{second}"
---

{answer}
"""


def test_what_answers_a_question_today_is_contradicted_in_other_words_too(make_server, tmp_path):
    demo = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Sources", "CentralinoCommand", "Demo", "kb")
    shutil.copytree(demo, tmp_path / "kb")
    server = make_server(lambda settings: settings.update(knowledge=str(tmp_path / "kb")))
    agent = Agent(server)
    for ident, title, first, second, answer, expected in (
            ("reso", "Reso", "Quanti giorni ho per il reso?", "reso entro quanti giorni", "Hai 45 giorni dalla consegna.", 409),
            # Another thing than what is live: no contradiction.
            ("materassi", "Reso dei materassi", "quanti giorni ho per restituire un materasso", "reso materasso", "Hai 100 notti per provare il materasso.", 200)):
        text = RETURNS.format(ident=ident, title=title, first=first, second=second, answer=answer)
        status, detail = agent.call("POST", "articles", {"text": text})
        assert status == 201, detail
        status, answered = agent.call("POST", f"articles/{ident}/publish?language=it", {"version": detail["article"]["draft"]})
        assert status == expected, answered
        if expected == 409:
            assert answered["error"]["code"] == "contradiction" and "return-policy" in answered["error"]["message"]


SHED = """---
id: {ident}
title: "{title}"
language: en
questions:
  - "{first}"
  - "{second}"
---

{answer}
"""


def test_a_file_that_contradicts_a_live_article_does_not_go_live_and_the_others_do(server):
    agent = Agent(server)

    def status(ident):
        return agent.call("GET", f"articles/{ident}")[1].get("article", {}).get("status")

    def refused():
        code, health = agent.call("GET", "knowledge/health")
        assert code == 200
        return health["refused"]

    save(server, "shed.md", SHED.format(ident="shed", title="Renting the shed", first="what does the shed cost", second="price of the shed", answer="The shed costs 30 euro a day."))
    wait_for("the shed", lambda: status("shed") == "live")
    save(server, "shed-again.md", SHED.format(ident="shed-again", title="Shed hire", first="how much is the shed", second="cost of the shed", answer="The shed costs 45 euro a day."))
    save(server, "tent.md", SHED.format(ident="tent", title="The tent", first="is there a tent", second="where is the tent", answer="The tent stands behind the house."))
    wait_for("the tent", lambda: status("tent") == "live")
    wait_for("the refusal", refused)
    assert status("shed-again") is None
    assert [r["file"] for r in refused()] == ["shed-again.md"] and "shed.md" in refused()[0]["problem"] and "30 euro" in refused()[0]["problem"]
    assert "45 euro" in server.log() and "different figures" in server.log()
    # The same after a restart, and from the shell.
    server.stop()
    server.start()
    assert [r["file"] for r in refused()] == ["shed-again.md"] and status("shed-again") is None
    code, out, err = server.run("kb", "publish", server.kb)
    assert code == 1 and "different figures" in err
    # What stood in its way is changed: it goes live without being saved again.
    publish(agent, SHED.format(ident="shed", title="Renting the shed", first="what does the shed cost", second="price of the shed", answer="The shed costs 45 euro a day."), "shed")
    wait_for("the file to count", lambda: status("shed-again") == "live")
    assert refused() == []
    # Another id for the same text is no contradiction of itself.
    save(server, "tent.md", SHED.format(ident="big-tent", title="The tent", first="is there a tent", second="where is the tent", answer="The tent stands behind the house."))
    wait_for("the other id", lambda: status("big-tent") == "live" and status("tent") == "archived")
    assert server.check_store() == []


def test_a_file_that_could_not_be_read_for_a_while_is_not_refused_for_ever(server):
    agent = Agent(server)
    save(server, "bicycle.md", bicycle("Code readable."))
    wait_for("the file", lambda: current(agent))
    refused = lambda: [r["file"] for r in agent.call("GET", "knowledge/health")[1]["refused"]]
    with open(os.path.join(server.kb, "bicycle.md"), "wb") as file:
        file.write(b"\xff\xfe")
    wait_for("the refusal", lambda: refused() == ["bicycle.md"])
    save(server, "bicycle.md", bicycle("Code readable."))
    wait_for("the same text as before", lambda: refused() == [])


def test_a_second_file_of_one_id_does_not_hide_the_first_from_the_review(server):
    agent = Agent(server)
    shed = SHED.format(ident="shed", title="Renting the shed", first="what does the shed cost", second="price of the shed", answer="The shed costs 30 euro a day.")
    save(server, "shed.md", shed)
    wait_for("the shed", lambda: current(agent, "shed"))
    save(server, "a-copy.md", SHED.format(ident="shed", title="The house", first="is there a house", second="where is the house", answer="The house stands by the lake."))
    refused = lambda: [r["file"] for r in agent.call("GET", "knowledge/health")[1]["refused"]]
    wait_for("the copy's refusal", lambda: refused() == ["a-copy.md"])
    save(server, "shed-again.md", SHED.format(ident="shed-again", title="Shed hire", first="how much is the shed", second="cost of the shed", answer="The shed costs 45 euro a day."))
    wait_for("the other's refusal", lambda: refused() == ["a-copy.md", "shed-again.md"])
    assert current(agent, "shed-again") is None
    # Once the first is gone the copy has the id.
    os.remove(os.path.join(server.kb, "shed.md"))
    wait_for("the copy", lambda: "by the lake" in current(agent, "shed")["live"]["text"])
    wait_for("nothing to stand in the other's way", lambda: refused() == [] and current(agent, "shed-again"))
    assert server.check_store() == []


def test_what_another_process_publishes_is_live_within_a_second_and_previewed(server, tmp_path):
    agent, partner = Agent(server), Partner(server.http)
    save(server, "bicycle.md", bicycle("Code process-0."))
    seconds_until(server, "process-0")
    for number in range(3):
        assert 200 <= partner.ask("Do you repair bicycles?\x1b[2J", f"customer-{number}", author=f"u-{number}") < 300
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "bicycle.md").write_text(bicycle("Code process-1."), encoding="utf-8")
    code, out, err = server.run("kb", "publish", str(folder), "--preview")
    assert code == 0 and re.search(r"gained 0, lost 0, changed [1-9]", out) and "(bicycle → bicycle)" in out, (out, err)
    assert "Do you repair bicycles?" in out and "\x1b" not in out, "a customer's text is no order to the terminal"
    assert "process-0" in current(agent)["live"]["text"]
    times = []
    for number in range(1, 4):
        (folder / "bicycle.md").write_text(bicycle(f"Code process-{number}."), encoding="utf-8")
        code, out, err = server.run("kb", "publish", str(folder))
        assert code == 0, err
        times.append(seconds_until(server, f"process-{number}"))
    print(f"\nlive after kb publish ended in another process: median {statistics.median(times) * 1000:.0f} ms, worst {max(times) * 1000:.0f} ms (asking included)")
    assert statistics.median(times) < 1


def test_golden_tests_run_on_every_change(server):
    agent = Agent(server)
    save(server, "bicycle.md", bicycle("Code golden."))
    os.makedirs(os.path.join(server.kb, "tests"), exist_ok=True)
    with open(os.path.join(server.kb, "tests", "questions.en.jsonl"), "w", encoding="utf-8") as f:
        f.write('{"text": "Can you fix my bike?", "lang": "en", "intent": "bicycle"}\n')
    seconds_until(server, "golden")
    save(server, "bicycle.md", bicycle("Code golden-2."))
    wait_for("the tests", lambda: agent.call("GET", "knowledge/health")[1]["golden"] == {"checks": 1, "right": 1, "newly_wrong": []})
    publish(agent, bicycle("Code golden-3.", more="status: draft\n"))
    act(agent, "archive", current(agent)["article"]["live"])
    golden = wait_for("the tests after the change", lambda: (lambda g: g if g["right"] == 0 else None)(agent.call("GET", "knowledge/health")[1]["golden"]))
    assert golden["newly_wrong"] == [os.path.join(server.kb, "tests", "questions.en.jsonl") + ":1"]
    assert "golden tests go wrong" in server.log()
    shutil.rmtree(os.path.join(server.kb, "tests"))
    save(server, "bicycle.md", bicycle("Code golden-4."))
    wait_for("no tests, no figures", lambda: agent.call("GET", "knowledge/health")[1]["golden"] is None)
