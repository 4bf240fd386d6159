import re
import sqlite3

import pytest
from web_desk import WebDesk

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)
PAGES = [
    "/",
    "/?view=all",
    "/?view=team",
    "/?view=unassigned",
    "/?q=invoice",
    "/?q=nothing+like+this",
    "/tickets/new",
    "/tickets/{number}",
    "/tickets/{number}/live",
    "/live",
    "/contacts",
    "/contacts/{contact}",
    "/mailbox",
    "/mailbox/incoming",
    "/mailbox/incoming/{raw}",
    "/mailbox/quarantine",
    "/mailbox/sent/{sent}",
    "/processes",
    "/processes/request",
    "/processes/routing",
    "/instances/{instance}",
    "/incidents",
    "/incidents?state=skipped",
    "/audit",
    "/audit?name=ticket&ticket={number}&since=2020-01-01&until=nonsense",
    "/palette?q=invoice",
    "/rate/unknown",
    "/nothing/here",
]


@pytest.fixture
def named(desk: WebDesk) -> dict[str, str]:
    return {
        "number": desk.mail('Invoice <b>17</b> & "more"', "<script>alert(1)</script>please"),
        "contact": desk.ask("SELECT public_id FROM contact"),
        "raw": desk.ask("SELECT public_id FROM raw_message"),
        "sent": desk.ask("SELECT public_id FROM outgoing"),
        "instance": desk.ask("SELECT public_id FROM instance ORDER BY id LIMIT 1"),
    }


@pytest.mark.parametrize("theme", ["system", "light", "dark"])
def test_no_page_has_anything_inline(desk: WebDesk, named, theme):
    admin = desk.person("admin")
    admin.client.set_cookie("theme", theme)
    for path in PAGES:
        answer = admin.get(path.format(**named))
        assert answer.status_code in {200, 404}, path
        assert INLINE.findall(answer.text) == [], path
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy, path
        assert "default-src 'none'" in policy, path


def test_what_a_customer_wrote_is_shown_and_never_run(desk: WebDesk, named, ann):
    for path in ("/?view=all", "/tickets/{number}", "/mailbox/incoming/{raw}", "/contacts/{contact}"):
        page = ann.get(path.format(**named)).text
        assert "<b>17</b>" not in page, path
        assert "alert(1)</script>" not in page, path
    assert "Invoice &lt;b&gt;17&lt;/b&gt; &amp; &#34;more&#34;" in ann.get("/tickets/{number}".format(**named)).text


def test_no_page_may_be_framed_or_cached_by_others(ann):
    headers = ann.get("/").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "private" in headers["Cache-Control"]


def test_a_bundle_may_be_kept_for_ever_and_comes_compressed(ann):
    address = re.search(r'src="(/assets/app-[^"]+\.js)"', ann.get("/").text)[1]
    packed = ann.client.get(address, headers={"Accept-Encoding": "br, gzip"})
    plain = ann.client.get(address, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "br"
    assert "Content-Encoding" not in plain.headers
    assert packed.mimetype == plain.mimetype == "text/javascript"
    assert len(packed.data) < len(plain.data)
    for answer in (packed, plain):
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("name", ["../../web/access.py", "..%2f..%2faccess.py", "app.css", "manifest.json.gz", "x"])
def test_nothing_but_a_bundle_is_sent_as_one(ann, name):
    assert ann.get(f"/assets/{name}").status_code == 404


def test_reading_a_page_takes_no_write_lock(desk: WebDesk, ann):
    number = desk.mail()
    ann.get("/")
    writer = sqlite3.connect(
        desk.flask.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"), isolation_level=None
    )
    writer.execute("BEGIN IMMEDIATE")
    for path in ("/", f"/tickets/{number}", f"/tickets/{number}/live?since=0", "/processes", "/live?since=0"):
        assert ann.get(path).status_code == 200, path
    writer.execute("ROLLBACK")
    writer.close()


def test_the_chosen_theme_is_there_on_the_first_paint(ann):
    assert '<html lang="en">' in ann.get("/").text
    assert ann.post("/theme", theme="dark", next="/contacts").location == "/contacts"
    assert '<html lang="en" data-theme="dark">' in ann.get("/").text


def test_trouble_says_what_happened_and_what_to_do(desk: WebDesk, ann):
    page = ann.get("/tickets/TKT-4711")
    assert page.status_code == 404
    assert "There is no ticket TKT-4711." in page.text
    assert "Nothing was changed." in page.text
    assert ann.get("/nowhere").status_code == 404
    refused = desk.person("auditor").get("/tickets/new")
    assert "does not include this" in refused.text


def test_a_fault_tells_nothing_about_itself(desk: WebDesk, ann, monkeypatch):
    monkeypatch.setattr("app.web.worklist.worklist", lambda *_: 1 / 0)
    page = ann.get("/")
    assert page.status_code == 500
    assert "went wrong on our side" in page.text
    assert "ZeroDivision" not in page.text


def test_htmx_gets_a_notice_instead_of_a_page(ann):
    answer = ann.get("/tickets/TKT-4711", headers={"HX-Request": "true"})
    assert answer.headers["HX-Retarget"] == "#notices"
    assert "<html" not in answer.text


def test_the_api_keeps_its_own_words_for_trouble(ann):
    assert ann.get("/api/v1/nowhere").mimetype == "application/problem+json"
