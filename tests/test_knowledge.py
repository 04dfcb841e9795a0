"""Articles in a watched folder: live within a second, refused with file and line when broken; the commands around them."""
import http.server
import json
import os
import re
import threading
import time

from players import articles
from players.lines import LineCustomer
from players.server import ROOT
from players.waiting import wait_for

TEXT = """\
---
id: {ident}
title: Bicycle repairs
language: en
questions:
  - Do you repair bicycles?
  - Can you fix my bike?
  - How much does a bicycle repair cost?
  - My bicycle has a flat tyre
---

{answer}
"""


def save(server, name, text):
    """As an editor does: a new file, then renamed over the old one."""
    path = os.path.join(server.kb, name)
    with open(path + ".tmp", "w", encoding="utf-8") as f:
        f.write(text)
    os.replace(path + ".tmp", path)


def answers(server, text):
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say(text)
    heard = [customer.read(5) or ""] + customer.quiet(0.15)
    customer.say("/bye")
    customer.close()
    return "\n".join(heard)


def test_a_saved_article_is_live_within_a_second(server):
    assert "flat-tyre-1" not in answers(server, "Can you fix my bike?")
    save(server, "bicycle.md", TEXT.format(ident="bicycle", answer="We repair every bicycle, code flat-tyre-1."))
    time.sleep(1)
    assert "flat-tyre-1" in answers(server, "Can you fix my bike?")
    save(server, "bicycle.md", TEXT.format(ident="bicycle", answer="We repair bicycles on Fridays, code flat-tyre-2."))
    time.sleep(1)
    assert "flat-tyre-2" in answers(server, "Can you fix my bike?")
    os.remove(os.path.join(server.kb, "bicycle.md"))
    time.sleep(1)
    assert "flat-tyre" not in answers(server, "Can you fix my bike?")


def test_a_file_written_in_place_in_pieces_is_live_too(server):
    with open(os.path.join(server.kb, "bicycle.md"), "w", encoding="utf-8") as f:
        for line in TEXT.format(ident="bicycle", answer="We repair every bicycle, code flat-tyre-3.").splitlines(True):
            f.write(line)
            f.flush()
            time.sleep(0.02)
    time.sleep(1)
    assert "flat-tyre-3" in answers(server, "Can you fix my bike?")


def test_a_broken_article_is_refused_with_file_and_line_and_the_old_one_goes_on(server):
    save(server, "bicycle.md", TEXT.format(ident="bicycle", answer="code flat-tyre-1, we repair."))
    time.sleep(1)
    save(server, "bicycle.md", TEXT.format(ident="bicycle", answer="code flat-tyre-9").replace("language: en", "language: [not, a, language"))
    wait_for("the file and line in the log", lambda: "bicycle.md:" in server.log(), 5)
    assert "flat-tyre-1" in answers(server, "Can you fix my bike?")
    assert articles.phrase("warranty") in answers(server, articles.question("warranty")), "the neighbours are still there"
    save(server, "bicycle.md", TEXT.format(ident="bicycle", answer="code flat-tyre-4, we repair again."))
    time.sleep(1)
    assert "flat-tyre-4" in answers(server, "Can you fix my bike?")


def test_two_files_with_one_id_are_refused_by_name(server):
    save(server, "copy.md", articles.markdown("warranty", "en", "Another warranty", ["Is this a copy?"], "A copy of it."))
    wait_for("the file in the log", lambda: "copy.md" in server.log(), 5)
    time.sleep(0.5)
    assert articles.phrase("warranty") in answers(server, articles.question("warranty"))


def test_kb_ask_says_answer_article_and_confidence(server):
    status, out, err = server.run("kb", "ask", "--kb", server.kb, articles.question("warranty"), config=False)
    assert status == 0, err
    assert articles.phrase("warranty") in out and "warranty" in out


def test_kb_predict_answers_in_order(server):
    texts = [articles.question("warranty", 1), "", articles.question("invoice", 2), "zzz qqq xyzzy"]
    status, out, err = server.run("kb", "predict", "--kb", server.kb, stdin="".join(json.dumps({"text": t}) + "\n" for t in texts).encode(), config=False)
    assert status == 0, err
    rows = [json.loads(line) for line in out.splitlines()]
    assert len(rows) == 4
    assert rows[0]["intent"] == "warranty" and rows[2]["intent"] == "invoice" and rows[3]["intent"] is None
    assert all(0 <= r["confidence"] <= 1 and isinstance(r["alternatives"], list) for r in rows)


def test_kb_export_and_import_keep_every_article(server, tmp_path):
    status, out, err = server.run("kb", "export", server.kb, config=False)
    assert status == 0, err
    rows = [json.loads(line) for line in out.splitlines()]
    assert {r["id"] for r in rows} == set(articles.ARTICLES)
    copy = str(tmp_path / "copy")
    status, out, err = server.run("kb", "import", server.kb, copy, config=False)
    assert status == 0, err
    again = [json.loads(line) for line in server.run("kb", "export", copy, config=False)[1].splitlines()]
    plain = lambda row: {k: v for k, v in row.items() if k not in ("file", "version")}
    assert sorted(map(str, map(plain, again))) == sorted(map(str, map(plain, rows)))
    assert server.run("kb", "import", server.kb, copy, config=False)[0] == 1, "nothing that is there is written over"


def test_kb_lint_names_file_and_line(server):
    save(server, "broken.md", TEXT.format(ident="broken", answer="x").replace("language: en", "langwage: en"))
    status, out, err = server.run("kb", "lint", server.kb, config=False)
    assert status == 1 and "broken.md:" in out + err


def test_the_demo_shop_answers_nine_of_ten_questions_right(make_server):
    server, folder = make_server(start=False), os.path.join(ROOT, "Sources", "CentralinoCommand", "Demo", "kb")
    status, out, err = server.run("kb", "test", folder, config=False, timeout=120)
    assert status == 0, out + err
    shares = [float(n) for n in re.findall(r"(\d+(?:\.\d+)?) ?%", out)]
    assert len(shares) >= 2 and min(shares) >= 90, out
    print(out)


PAGES = {
    "/sitemap.xml": "<urlset><url><loc>{base}/returns.html</loc></url><url><loc>{base}/faq.html?a=1&amp;b=2</loc></url><url><loc>http://other.example/x</loc></url></urlset>",
    "/returns.html": "<html lang='it'><title>Resi</title><nav>Home</nav><main><h1>Come fare un reso</h1><p>Hai <b>30 giorni</b>.</p><script>evil()</script></main></html>",
    "/faq.html?a=1&b=2": "<html lang=en><body><details><summary>Do you ship abroad?</summary><p>Yes, to <a href='https://s.example/ch'>Switzerland</a>.</p></details>"
                         "<details><summary>How long?</summary>Two days.</details></body></html>",
}


class HelpCentre(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = PAGES.get(self.path)
        body = (page or "").replace("{base}", f"http://127.0.0.1:{self.server.server_address[1]}").encode()
        self.send_response(200 if page else 404)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_a_help_centre_is_imported_as_drafts(make_server, tmp_path):
    server = make_server(start=False)
    centre = http.server.ThreadingHTTPServer(("127.0.0.1", 0), HelpCentre)
    threading.Thread(target=centre.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{centre.server_address[1]}/sitemap.xml"
        refused = server.run("kb", "import", url, str(tmp_path / "no"), config=False)
        assert refused[0] == 1 and "127.0.0.1" in refused[2] and not (tmp_path / "no").exists(), "private networks have to be named"
        done = server.run("kb", "import", url, str(tmp_path / "kb"), "--allow-network", "127.0.0.0/8", config=False)
        assert done[0] == 0, done[2]
    finally:
        centre.shutdown()
    texts = {path.name: path.read_text() for path in (tmp_path / "kb").iterdir()}
    assert set(texts) == {"come-fare-un-reso.it.md", "do-you-ship-abroad.en.md", "how-long.en.md"}
    assert all("status: draft" in text for text in texts.values())
    assert "Hai **30 giorni**." in texts["come-fare-un-reso.it.md"] and "evil" not in texts["come-fare-un-reso.it.md"] and "Home" not in texts["come-fare-un-reso.it.md"]
    assert "Yes, to [Switzerland](https://s.example/ch)." in texts["do-you-ship-abroad.en.md"]
