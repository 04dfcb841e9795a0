"""Articles in a watched folder: live within a second, refused with file and line when broken; the commands around them."""
import gzip
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
    status, out, err = server.run("kb", "import", server.kb, copy, config=False)
    assert status == 0 and out.startswith("0 articles written") and "8 are there as they are" in out and not err, "done again, it adds nothing"
    edited = os.path.join(copy, sorted(os.listdir(copy))[0])
    with open(edited, "a") as file:
        file.write("One line more.\n")
    status, out, err = server.run("kb", "import", server.kb, copy, config=False)
    assert status == 0 and edited in err and "1 were skipped" in out and "One line more." in open(edited).read(), "nothing that is there is written over"


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
    "/hostile.xml": "<sitemapindex><sitemap><loc>{base}/hostile.xml</loc></sitemap><sitemap><loc>{base}/loop.xml</loc></sitemap><sitemap><loc>{base}/bomb.xml.gz</loc></sitemap>"
                    "<sitemap><loc>{base}/packed.xml.gz</loc></sitemap></sitemapindex>",
    "/loop.xml": "<sitemapindex><sitemap><loc>{base}/hostile.xml</loc></sitemap><sitemap><loc>{base}/loop.xml</loc></sitemap></sitemapindex>",
    "/bomb.xml.gz": gzip.compress(bytes(64 << 20)),
    "/packed.xml.gz": None,   # names the pages; see HelpCentre
    "/huge.html": "<h1>Huge</h1>" + "x" * (3 << 20),
    "/returns.html": "<html lang='it'><title>Resi</title><nav>Home</nav><main><h1>Come fare un reso</h1><p>Hai <b>30 giorni</b>.</p><script>evil()</script></main></html>",
    "/faq.html?a=1&b=2": "<html lang=en><body><details><summary>Do you ship abroad?</summary><p>Yes, to <a href='https://s.example/ch'>Switzerland</a>.</p></details>"
                         "<details><summary>How long?</summary>Two days.</details></body></html>",
}


ZENDESK = """<!DOCTYPE html><html lang="en-US"><head><meta charset="utf-8"><title>How do I send it back? – Shop Help Center</title></head><body>
<header><a>Shop Help Center</a></header><main><nav><ol class="breadcrumbs"><li>Shop</li></ol></nav><div class="article-container"><aside class="article-sidebar"><h3>In this section</h3></aside>
<article class="article"><header><h1>How do I send it back?</h1></header><div class="article-body"><p>You have <strong>30 days</strong>.</p><ol><li><p>Print the label.</p></li><li>Pack it.</li></ol>
<table><tr><th>Zone</th><th>Days</th></tr><tr><td>EU</td><td>5</td></tr></table><pre>one
two</pre></div><div class="article-votes">Was this helpful?</div><section class="article-relatives"><h2>Related articles</h2></section>
<div class="article-comments">Article is closed for comments.</div></article></div></main></body></html>"""
INTERCOM = """<!DOCTYPE html><html lang="it"><head><title>Come traccio il mio ordine? | Shop Help</title></head><body><header><h1>Consigli dal team Shop</h1></header>
<div class="article"><div class="article__meta"><h1>Come traccio il mio ordine?</h1><div class="avatar">Scritto da Anna</div></div><article><p>Premi <b>Traccia</b>.</p>
<ul><li><p>Con GLS</p></li><li><p>Con BRT</p></li></ul></article><div class="intercom-reaction-picker">Ha risposto?</div></div></body></html>"""
WORDPRESS = """<html lang="it"><head><meta charset="iso-8859-1"><title>Perché è così &#8211; Negozio</title></head><body><div id="page"><article><header class="entry-header"><h1>Perché è così</h1>
<div class="entry-meta">di admin</div></header><div class="entry-content"><p>Perché costa 5 € più IVA.</p></div><footer class="entry-footer">Commenta</footer></article><div id="comments">Bello!</div></div></body></html>"""


def test_pages_of_the_known_help_centres_give_their_article_and_nothing_around_it(make_server, tmp_path):
    server = make_server(start=False)
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.html").write_text(ZENDESK)
    (pages / "b.html").write_text(INTERCOM)
    (pages / "c.html").write_bytes(WORDPRESS.encode("cp1252"))
    (pages / "d.html").write_text(ZENDESK)
    (pages / "e.html").write_text("<html><title>nothing</title></html>")
    for _ in range(2):
        status, out, err = server.run("kb", "import", str(pages), str(tmp_path / "kb"), config=False)
        assert status == 0 and "2 were skipped" in out, out + err
        assert "d.html" in err and "a.html" in err and "e.html" in err, "what was skipped is named"
    texts = {path.name: path.read_text().split("---\n", 2)[2].strip() for path in (tmp_path / "kb").iterdir()}
    assert texts == {
        "how-do-i-send-it-back.en.md": "You have **30 days**.\n\n1. Print the label.\n1. Pack it.\n\n- Zone – Days\n- EU – 5\n\none\ntwo",
        "come-traccio-il-mio-ordine.it.md": "Premi **Traccia**.\n\n- Con GLS\n- Con BRT",
        "perche-e-cosi.it.md": "Perché costa 5 € più IVA.",
    }


def test_a_page_of_strong_words_in_strong_words_is_read_at_once(make_server, tmp_path):
    server = make_server(start=False)
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.html").write_text("<html lang=en><title>Care</title><h1>Care</h1><p>" + "<b>" * 60 + "Wash<br>cold" + "</b>" * 60 + "</p><p>An <strong>im<b>por</b>tant</strong> "
                                  "<a href='https://x.example'><b>link</b></a>.</p>")
    # Written twice at each level, sixty would take longer than there are computers.
    status, out, err = server.run("kb", "import", str(pages), str(tmp_path / "kb"), config=False, timeout=20)
    assert status == 0, out + err
    assert (tmp_path / "kb" / "care.en.md").read_text().endswith("Wash\ncold\n\nAn **important** [**link**](https://x.example).\n")


def test_two_articles_are_not_written_to_one_file(make_server, tmp_path):
    server = make_server(start=False)
    header, slash, line = "id,title,language,questions,body\n", "a/b,One,en,,First\n", "a_b,Two,en,,Second\n"
    for name, text in [("both.csv", header + slash + line), ("slash.csv", header + slash), ("line.csv", header + line)]:
        (tmp_path / name).write_text(text)
    status, out, err = server.run("kb", "import", str(tmp_path / "both.csv"), str(tmp_path / "kb"), config=False)
    assert status == 1 and "both.csv:3" in err and "a_b.en.md" in err and not (tmp_path / "kb").exists(), "all or nothing: " + out + err
    assert server.run("kb", "import", str(tmp_path / "slash.csv"), str(tmp_path / "kb"), config=False)[0] == 0
    status, out, err = server.run("kb", "import", "--force", str(tmp_path / "line.csv"), str(tmp_path / "kb"), config=False)
    assert status == 1 and "a_b.en.md" in err and "First" in (tmp_path / "kb" / "a_b.en.md").read_text(), "another article is not replaced: " + out + err


def test_tables_from_spreadsheets_are_taken_once(make_server, tmp_path):
    server = make_server(start=False)
    table = tmp_path / "a.csv"
    table.write_text("\ufeffid;title;language;questions;body\r\na;Costi, prezzi;it;Quanto costa?|Che prezzo?;\"Cinque; anche meno\"\r\nb;B;en;;Text\r\na;Costi, prezzi;it;Quanto costa?|Che prezzo?;\"Cinque; anche meno\"\r\n")
    status, out, err = server.run("kb", "import", str(table), str(tmp_path / "kb"), config=False)
    assert status == 0 and out.startswith("2 articles written") and f"{table}:4: the same as line 2" in err, out + err
    table.write_text("id,title,language,questions,body\na,A,en,,One\na,A,en,,Two\n")
    status, out, err = server.run("kb", "import", str(table), str(tmp_path / "no"), config=False)
    assert status == 1 and "a.csv:3" in err and not (tmp_path / "no").exists(), "two texts under one id are somebody's mistake"
    table.write_text("id,title,language,questions,body\n" + "".join(f"a{n},Title {n},en,question about {n}?|what is {n},Body {n}.\n" for n in range(10_000)))
    began = time.monotonic()
    status, out, err = server.run("kb", "import", str(table), str(tmp_path / "many"), config=False, timeout=120)
    assert status == 0 and out.startswith("10000 articles written"), out + err
    print(f"10,000 rows in {time.monotonic() - began:.1f} s")


class HelpCentre(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        if self.path in ("/moved", "/away", "/circle"):
            self.send_response(302)
            self.send_header("location", {"/moved": "/returns.html", "/away": "http://127.0.0.1:1/", "/circle": "/circle"}[self.path])
            self.send_header("content-length", "0")
            return self.end_headers()
        page = PAGES.get(self.path)
        if self.path == "/packed.xml.gz":
            places = ["/returns.html", "/returns.html", "/moved", "/away", "/circle", "/gone.html", "/huge.html"]
            page = gzip.compress("".join(f"<url><loc>{base}{place}</loc></url>" for place in places).encode())
        body = page if isinstance(page, bytes) else (page or "").replace("{base}", base).encode()
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
    assert "other.example" in done[2], "what was skipped is named"
    texts = {path.name: path.read_text() for path in (tmp_path / "kb").iterdir()}
    assert set(texts) == {"come-fare-un-reso.it.md", "do-you-ship-abroad.en.md", "how-long.en.md"}
    assert all("status: draft" in text for text in texts.values())
    assert "Hai **30 giorni**." in texts["come-fare-un-reso.it.md"] and "evil" not in texts["come-fare-un-reso.it.md"] and "Home" not in texts["come-fare-un-reso.it.md"]
    assert "Yes, to [Switzerland](https://s.example/ch)." in texts["do-you-ship-abroad.en.md"]


def test_a_hostile_sitemap_costs_a_line_each(make_server, tmp_path):
    server = make_server(start=False)
    centre = http.server.ThreadingHTTPServer(("127.0.0.1", 0), HelpCentre)
    threading.Thread(target=centre.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{centre.server_address[1]}/hostile.xml"
        status, out, err = server.run("kb", "import", url, str(tmp_path / "kb"), "--allow-network", "127.0.0.0/8", config=False, timeout=120)
    finally:
        centre.shutdown()
    assert status == 0 and out.startswith("1 articles written"), out + err
    for named in ("bomb.xml.gz", "/away leads to another host", "/circle leads on", "/gone.html was answered with status 404", "huge.html", "/returns.html: "):
        assert named in err, (named, err)
    assert [path.name for path in (tmp_path / "kb").iterdir()] == ["come-fare-un-reso.it.md"]
