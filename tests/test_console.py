"""The console in Chromium: from the one-time link in the log to a conversation that is closed, on a desk and on a phone."""
import base64
import email.message
import http.cookies
import http.server
import json
import os
import re
import shutil
import smtplib
import threading
import time

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from conftest import lacking
from players import articles
from players.agent import Agent
from players.lines import LineCustomer
from players.server import ADDRESS
from players.waiting import wait_for

PASSWORD = "una frase abbastanza lunga"


class Browser:
    """Chromium without a window. Elements are found by their data-test."""

    def __init__(self, width=1200, height=900):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=en", f"--window-size={width},{height}"):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        if width < 500:   # a window has a least width: the screen of a phone is emulated
            self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": True})

    def look(self, name, text=None):
        """The visible element of that name (with that text in it), or None."""
        try:
            return next((e for e in self.driver.find_elements(By.CSS_SELECTOR, f'[data-test="{name}"]') if e.is_displayed() and (text is None or text in e.text)), None)
        except StaleElementReferenceException:
            return None

    def find(self, name, text=None, limit=10):
        return wait_for(f"{name} {text or ''} on the page; it shows: {self.driver.find_element(By.TAG_NAME, 'body').text[:500]!r}", lambda: self.look(name, text), limit, 0.1)

    def press(self, name, text=None):
        def click():
            try:
                self.find(name, text, 1).click()
                return True
            except (StaleElementReferenceException, AssertionError):
                return False
        wait_for(f"{name} to press", click, 10, 0.1)

    def write(self, name, text):
        def fill():
            try:
                field = self.find(name, limit=1)
                field.clear()
                field.send_keys(text)
                return True
            except (StaleElementReferenceException, AssertionError):
                return False
        wait_for(f"{name} to write into", fill, 10, 0.1)

    def says(self, name, attribute, value):
        """Whether the element shows that value now; it may be made anew at any moment."""
        try:
            return (element := self.look(name)) is not None and element.get_attribute(attribute) == value
        except StaleElementReferenceException:
            return False

    def all(self, name):
        return self.driver.find_elements(By.CSS_SELECTOR, f'[data-test="{name}"]')

    def escape(self):
        self.driver.switch_to.active_element.send_keys(Keys.ESCAPE)

    def quit(self):
        self.driver.quit()


@pytest.fixture
def browser(request):
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        lacking("Chromium and chromium-driver are not installed")
    made = Browser(*getattr(request, "param", (1200, 900)))
    yield made
    made.quit()


def invitation(server):
    """The link that the first start prints."""
    match = wait_for("the one-time link in the log", lambda: re.search(r"https?://\S+#invitation=[^\s\"'\\<>]+", server.log()))
    return match[0]


def without_agents(settings):
    settings.pop("agents")


def set_up(browser, server, name="Anna Rossi"):
    browser.driver.get(invitation(server))
    browser.write("invitation-name", name)
    browser.write("invitation-password", PASSWORD)
    browser.write("invitation-repeat", PASSWORD)
    browser.press("invitation-submit")
    browser.find("tab-waiting")


def complaints(browser):
    return [entry["message"] for entry in browser.driver.get_log("browser") if entry["level"] == "SEVERE" and "favicon" not in entry["message"]]


@pytest.mark.parametrize("browser", [(1200, 900), (360, 740)], indirect=True, ids=["desk", "phone"])
def test_from_the_link_in_the_log_to_a_closed_conversation(make_server, browser):
    server = make_server(without_agents)
    set_up(browser, server)
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say(articles.question("warranty"))
    customer.hear(articles.phrase("warranty"))
    customer.say("<b>Please</b>, a person: /human is what I say next")
    customer.read()
    customer.say("/human")
    browser.find("conversation-row", limit=10)   # by the live stream: nothing was reloaded
    phone = browser.driver.execute_script("return innerWidth") < 500
    if phone:
        assert browser.driver.execute_script("return document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out on a phone"
    browser.press("conversation-row")
    browser.find("message", "<b>Please</b>")
    assert browser.look("handoff") or browser.look("details"), "the handoff packet is shown"
    browser.press("take")
    wait_for("mine", lambda: browser.says("owner", "data-owner", "agent"))
    browser.find("reply-text")
    browser.write("reply-text", "Good morning, Anna here. reply-by-browser")
    browser.press("reply-send")
    customer.hear("reply-by-browser")
    browser.find("message", "reply-by-browser")
    if phone:
        assert browser.driver.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    customer.say("Thank you, answer-by-nc")
    browser.find("message", "answer-by-nc")
    browser.press("note-open")
    browser.write("note-text", "a note nobody outside sees")
    browser.press("note-send")
    browser.find("message", "a note nobody outside sees")
    browser.press("close")
    browser.press("confirm")
    wait_for("closed", lambda: browser.says("owner", "data-owner", "nobody"))
    assert not [line for line in customer.heard + customer.quiet(0.3) if "nobody outside" in line]
    assert server.export("--conversations")[0]["owner"] == "nobody"
    assert complaints(browser) == []


def test_the_link_works_once_and_the_password_signs_in(make_server, browser):
    server = make_server(without_agents)
    link = invitation(server)
    set_up(browser, server)
    browser.press("sign-out")
    email = next(iter(re.findall(r"[\w.+-]+@[\w.-]+\.\w+", server.run("agent", "list")[1])), None)
    assert email, "agent list names the agent"
    browser.find("sign-in-email")
    browser.write("sign-in-email", email)
    browser.write("sign-in-password", "not the password")
    browser.press("sign-in-submit")
    browser.find("form-error")
    wait_for("words", lambda: browser.look("form-error") and browser.look("form-error").text)
    browser.write("sign-in-password", PASSWORD)
    browser.press("sign-in-submit")
    browser.find("tab-waiting")
    browser.press("sign-out")
    browser.driver.get("about:blank")
    browser.driver.get(link)
    if browser.look("invitation-name"):
        browser.write("invitation-name", "Mallory")
        browser.write("invitation-password", "another long password")
        browser.write("invitation-repeat", "another long password")
        browser.press("invitation-submit")
    browser.find("sign-in-email")
    assert link.rpartition("=")[2] not in server.get("/console/")[2].decode()


def sign_in(server, email, password, cookies=None):
    body = json.dumps({"email": email, "password": password}).encode()
    return server.get("/api/v1/session", {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{server.http}"}, method="POST", body=body)


def accepted(server):
    """A session made from the one-time link, without a browser: (cookie, csrf, agent)."""
    token = invitation(server).rpartition("=")[2]
    status, fields, body = server.get("/api/v1/invitations/accept", {"Content-Type": "application/json"}, method="POST",
                                      body=json.dumps({"token": token, "name": "Anna", "password": PASSWORD}).encode())
    assert status in (200, 201), (status, body)
    answer = json.loads(body)
    return fields["set-cookie"], answer["csrf"], answer["agent"]


def test_cookies_are_strict_and_changes_need_the_token(make_server):
    server = make_server(without_agents)
    cookie, csrf, agent = accepted(server)
    for word in ("HttpOnly", "SameSite", "Path=/"):
        assert word.lower() in cookie.lower(), cookie
    session = cookie.split(";")[0]
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say("/human")
    customer.read()
    (row,) = wait_for("the queue", lambda: server.export("--conversations"))
    path, origin = f"/api/v1/conversations/{row['id']}/take", f"http://127.0.0.1:{server.http}"
    common = {"Cookie": session, "Content-Type": "application/json"}
    for fields in ({}, {"X-CSRF-Token": "wrong"}, {"X-CSRF-Token": csrf, "Origin": "https://evil.test"}):
        status, _, body = server.get(path, {**common, **fields}, method="POST", body=b"{}")
        assert status == 403, (fields, status, body)
    status, _, body = server.get(path, {"Cookie": session, "Content-Type": "text/plain", "X-CSRF-Token": csrf}, method="POST", body=b"{}")
    assert status in (400, 403, 415), (status, body)
    assert [c for c in server.export("--conversations")][0]["owner"] == "queue"
    status, _, body = server.get(path, {**common, "X-CSRF-Token": csrf, "Origin": origin}, method="POST", body=b"{}")
    assert status == 200, body
    assert server.get("/api/v1/session", {"Cookie": session, "X-CSRF-Token": csrf}, method="DELETE")[0] in (200, 204)
    assert server.get("/api/v1/session", {"Cookie": session})[0] == 401, "a session that was ended is over on the server too"


def test_wrong_passwords_are_throttled(make_server):
    server = make_server(without_agents)
    _, _, agent = accepted(server)
    statuses = []
    for n in range(30):
        status, fields, _ = sign_in(server, agent["email"], f"wrong-{n}")
        statuses.append(status)
        if status == 429:
            assert int(fields["retry-after"]) >= 1
            break
    assert statuses[0] == 401 and statuses[-1] == 429, statuses
    assert sign_in(server, agent["email"], PASSWORD)[0] == 429, "also with the right one: guessing must not pay"
    assert "wrong-" not in server.log() and PASSWORD not in server.log()


def test_an_unknown_address_takes_as_long_as_a_wrong_password(make_server):
    server = make_server(without_agents)
    _, _, agent = accepted(server)

    def times(email):
        found = []
        for _ in range(3):
            begin = time.perf_counter()
            assert sign_in(server, email, "wrong password here")[0] in (401, 429)
            found.append(time.perf_counter() - begin)
        return sorted(found)[1]
    known, unknown = times(agent["email"]), times("nobody@agents.test")
    assert unknown > known / 4, f"known {known:.4f} s, unknown {unknown:.4f} s"


def test_pages_forbid_what_they_do_not_need(server):
    for path in ("/console/", "/"):
        status, fields, _ = server.get(path)
        assert status == 200
        policy = fields["content-security-policy"]
        assert "default-src" in policy and "unsafe-inline" not in policy and "unsafe-eval" not in policy
        assert fields["x-content-type-options"] == "nosniff" and ("frame-ancestors" in policy or fields.get("x-frame-options"))
    for path in ("/console/../../etc/passwd", "/console/%2e%2e/%2e%2e/etc/passwd", "/console/..%2f..%2fetc/passwd", "/console/app.js%00"):
        assert server.get(path)[0] in (400, 404)


def test_the_welcome_page_works(make_server, browser):
    server = make_server()
    browser.driver.get(f"http://127.0.0.1:{server.http}/")
    wait_for("the real port of the line chat", lambda: str(server.line) in browser.find("command-line").text)
    assert complaints(browser) == []


@pytest.mark.parametrize("browser", [(1200, 900), (360, 740)], indirect=True, ids=["desk", "phone"])
def test_an_article_is_written_published_changed_and_taken_back(make_server, browser):
    server = make_server(without_agents)
    set_up(browser, server)
    phone = browser.driver.execute_script("return innerWidth") < 500
    browser.press("to-knowledge")
    browser.find("article-row", "Invoices")
    browser.press("article-new")
    for field, text in [("id", "parking"), ("language", "en"), ("title", "Where to park"), ("body", "Park in the yard, gate 7-K.")]:
        browser.write(f"article-{field}", text)
    browser.write("article-questions", "Where can I park?\nIs there a car park?\nparking near the shop\nDo you have parking places?")
    browser.press("article-save")
    wait_for("the draft", lambda: browser.says("article-status", "data-status", "draft"))
    if phone:
        assert browser.driver.execute_script("return document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out on a phone"
    browser.press("article-check")
    browser.find("article-fine")
    browser.press("article-publish")
    browser.press("confirm")
    wait_for("it to be live", lambda: browser.says("article-status", "data-status", "live"))
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say("Where can I park?")
    customer.hear("gate 7-K")

    browser.write("article-body", "Park behind the shop, gate 9-Q.")
    browser.press("article-save")
    browser.find("article-discard")
    browser.press("article-publish")
    browser.press("confirm")
    wait_for("the draft to be live", lambda: not browser.look("article-publish"))
    other = LineCustomer(server.line)
    other.greeting()
    other.say("Is there a car park?")
    other.hear("gate 9-Q")

    browser.press("article-history")
    wait_for("both texts", lambda: len([row for row in browser.all("article-version")]) >= 2)
    browser.press("version-compare")
    diff = browser.find("diff")
    assert "gate 7-K" in diff.text and "gate 9-Q" in diff.text
    browser.escape()
    browser.press("version-restore")
    browser.find("article-publish")
    assert "gate 7-K" in browser.find("article-body").get_attribute("value")
    assert complaints(browser) == []


def test_a_colleague_takes_over_from_the_one_who_has_it(make_server, browser):
    server = make_server(without_agents)
    set_up(browser, server)
    status, link, said = server.run("agent", "add", "bruno@agents.test", "--name", "Bruno Neri")
    assert status == 0 and link.startswith(f"http://127.0.0.1:{server.http}/"), (link, said)
    status, token, said = server.run("agent", "token", "bruno@agents.test")
    assert status == 0, said
    bruno = Agent(server, token.strip().split()[-1])
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say("/human")
    browser.find("conversation-row", limit=10)
    row = bruno.call("GET", "conversations?owner=queue")[1]["conversations"][0]
    assert bruno.act(row["id"], "take")[0] == 200
    browser.driver.get(f"http://127.0.0.1:{server.http}/console/#/conversations/{row['id']}")
    wait_for("Bruno has it", lambda: browser.says("owner", "data-owner", "agent") and "Bruno" in browser.find("owner").text)
    browser.press("take")
    browser.find("dialog", "Bruno Neri")
    browser.press("confirm")
    browser.find("reply-text")
    assert bruno.act(row["id"], "reply", "still mine?")[0] == 409
    assert complaints(browser) == []


def test_what_was_right_and_what_was_wrong_is_said_by_keyboard_and_taken_back(make_server, browser):
    server = make_server(without_agents)
    set_up(browser, server)
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say(articles.question("warranty"))
    customer.hear(articles.phrase("warranty"))
    customer.say("Can the zeppelin be parked on the roof?")
    customer.read()
    browser.press("conversation-row")

    def press(name, key=Keys.ENTER):
        browser.driver.execute_script("arguments[0].focus()", browser.find(name))
        browser.find(name).send_keys(key)

    press("answer-right")
    assert "Anna Rossi" not in browser.find("judgement").text, "one's own word is one's own"
    assert browser.find("judgement", "Right answer").get_attribute("data-article") == "warranty"
    wait_for("the focus where it was", lambda: browser.driver.switch_to.active_element.get_attribute("data-test") == "judgement-undo")
    browser.driver.switch_to.active_element.send_keys(Keys.SPACE)
    browser.find("answer-right")
    press("article-none")
    browser.find("judgement", "No article answers this")
    browser.press("judgement-undo")
    press("article-right")
    browser.write("right-search", "invoice")
    wait_for("the article that is looked for", lambda: browser.says("right-choice", "data-article", "invoice"))
    browser.press("right-choice")
    wait_for("what was said", lambda: browser.says("judgement", "data-article", "invoice"))
    browser.driver.refresh()
    wait_for("what was said, also afterwards", lambda: browser.says("judgement", "data-article", "invoice"))
    browser.press("reasons")
    wait_for("why there was no answer", lambda: browser.driver.find_elements(By.CSS_SELECTOR, ".reasons[open] ol.nearest"))
    assert complaints(browser) == []


def test_a_wrong_answer_and_a_good_reply_teach(make_server, browser):
    server = make_server(without_agents)
    set_up(browser, server)
    customer = LineCustomer(server.line)
    customer.greeting()
    customer.say(articles.question("warranty"))
    customer.hear(articles.phrase("warranty"))
    customer.say("/human")
    browser.press("conversation-row")
    browser.press("answer-wrong")
    browser.write("right-search", "invoice")
    browser.press("right-choice")
    browser.press("take")
    browser.press("suggest")
    wait_for("a draft of a reply", lambda: browser.find("reply-text").get_attribute("value"))
    browser.find("reply-text").clear()
    browser.write("reply-text", "Dear customer, the lamp's transformer is under the base: turn the base to the left.")
    browser.press("reply-send")
    customer.hear("transformer")
    browser.press("reply-article")
    body = browser.find("article-body").get_attribute("value")
    assert "transformer" in body
    wait_for("a draft", lambda: browser.says("article-status", "data-status", "draft"))


class Pixel(http.server.BaseHTTPRequestHandler):
    """A server that hears when a mail's picture is looked at."""
    asked = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("content-type", "image/gif")
        self.end_headers()
        self.wfile.write(base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"))

    def log_message(self, *_):
        pass


def test_formatted_mail_is_shown_where_nothing_runs_or_loads_unasked(make_server, browser):
    server = make_server(without_agents)
    set_up(browser, server)
    Pixel.asked.clear()
    pixel = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pixel)
    threading.Thread(target=pixel.serve_forever, daemon=True).start()
    try:
        mail = email.message.EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "Carla <carla@customer.test>", ADDRESS, "a formatted mail"
        mail["Message-ID"], mail["Date"] = "<formatted@customer.test>", "Sun, 22 Nov 2026 10:00:00 +0000"
        mail.set_content("I would like to speak with a person, please.")
        mail.add_alternative(
            "<h1>Formatted words</h1><script>parent.document.title = 'owned'</script><p onclick='parent.alert(1)'>I would like to speak with a person, please.</p>"
            f"<img src='http://127.0.0.1:{pixel.server_address[1]}/pixel.gif' onerror='parent.alert(2)'><a href='javascript:alert(3)'>press</a>", subtype="html")
        mail.add_attachment(b"%PDF-1.4 not really", maintype="application", subtype="pdf", filename="../../invoice.pdf")
        with smtplib.SMTP("127.0.0.1", server.smtp, "customer.test", timeout=15) as s:
            s.send_message(mail)
        browser.press("conversation-row")
        browser.press("formatted")
        frame = browser.find("mail-page")
        assert "allow-scripts" not in frame.get_attribute("sandbox") and "allow-same-origin" not in frame.get_attribute("sandbox")

        def words():
            browser.driver.switch_to.frame(browser.look("mail-page"))
            try:
                return "Formatted words" in browser.driver.find_element(By.TAG_NAME, "body").text and browser.driver.page_source
            finally:
                browser.driver.switch_to.default_content()
        source = wait_for("the formatted mail", words)
        assert "<script>" not in source and "onclick" not in source and "onerror" not in source and "javascript:" not in source
        assert browser.driver.title != "owned" and Pixel.asked == [], "nothing ran, and nobody was told that the mail was read"
        browser.press("show-images")
        wait_for("the picture that was asked for", lambda: Pixel.asked == ["/pixel.gif"])
        assert browser.find("download").text == "invoice.pdf"
    finally:
        pixel.shutdown()


def test_an_outsider_is_let_in_from_the_banner(make_server, browser):
    server = make_server(without_agents)
    set_up(browser, server)

    def write(sender, words, to=ADDRESS):
        mail = email.message.EmailMessage()
        mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, to, "two writers", f"<{words.replace(' ', '-')}@customer.test>"
        mail.set_content(words)
        with smtplib.SMTP("127.0.0.1", server.smtp, "customer.test", timeout=15) as s:
            s.send_message(mail)
    write("carla@customer.test", "I would like to speak with a person, please.")
    reply = wait_for("the notice", lambda: server.sinks.mails)[0]
    write("eve@other.test", "I am her colleague", reply.message["Reply-To"].addresses[0].addr_spec)
    browser.press("conversation-row")
    assert "eve@other.test" in browser.find("outsider").text
    browser.press("accept-writer")
    wait_for("the banner to go", lambda: browser.look("outsider") is None)
    assert "eve@other.test" in browser.find("participant").text


def test_a_file_goes_along_with_a_reply(make_server, browser, tmp_path):
    server = make_server(without_agents)
    set_up(browser, server)
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = "carla@customer.test", ADDRESS, "a file, please", "<a-file@customer.test>"
    mail.set_content("I would like to speak with a person, please.")
    with smtplib.SMTP("127.0.0.1", server.smtp, "customer.test", timeout=15) as s:
        s.send_message(mail)
    browser.press("conversation-row")
    browser.press("take")
    (tmp_path / "perché.pdf").write_bytes(b"%PDF-1.4 nothing")
    browser.press("reply-open")
    browser.find("attach")
    browser.driver.find_element(By.CSS_SELECTOR, '[data-test="attach-input"]').send_keys(str(tmp_path / "perché.pdf"))
    assert "perché.pdf" in browser.find("attached").text
    browser.write("reply-text", "here is your file")
    browser.press("reply-send")
    (sent,) = wait_for("the file", lambda: [m for m in server.sinks.mails if "here is your file" in m.text])
    assert [(a.get_filename(), a.get_payload(decode=True)) for a in sent.message.iter_attachments()] == [("perché.pdf", b"%PDF-1.4 nothing")]
    assert browser.look("attached") is None and "perché.pdf" in browser.find("download").text
