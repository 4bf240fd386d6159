"""What a model writes is held to plain text, links the desk has published, and bounded length."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.ai.guard import one_line, plain_text
from app.ai.links import REMOVED, Links

LINKS = Links.published(
    "https://desk.example.com",
    ["See https://docs.example.org/reset?step=1. Or write to help@example.org, says https://status.example.org/"],
)
EVIL = "https://evil.example"
PIECES = ["<", ">", "script", "a", "[", "]", "(", ")", "!", EVIL, "&lt;", "&", "\n", " ", ":", "//", ".", "-"]


@pytest.mark.parametrize(
    "link",
    [
        "https://desk.example.com/kb/1",
        "https://desk.example.com",
        "https://DESK.example.com:443/kb?q=1#top",
        "https://docs.example.org/reset?step=1",
        "https://status.example.org",
        "desk.example.com/kb/1",
        "help@example.org",
    ],
)
def test_links_the_desk_has_published_stand(link):
    assert plain_text(f"See {link}, please.", LINKS) == f"See {link}, please."


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/login",
        "http://desk.example.com/kb/1",
        "https://desk.example.com:8443/",
        "https://desk.example.com@evil.example/",
        "https://desk.example.com.evil.example/",
        "https://evil.example\\@desk.example.com/",
        "https://docs.example.org/other",
        "https://docs.example.org/reset?step=2",
        "//evil.example/x",
        "https:/evil.example/x",
        "https:evil.example/x",
        "https://еvil.example/",
        "https&#58;//evil.example/x",
        "https&amp;#58;&amp;#47;/evil.example/x",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\u200bscript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "vbscript:x",
        "ftp://evil.example/x",
        "file:///etc/passwd",
        "www.evil.example",
        "evil.example/login",
        "evil.example",
        "t.co/abc",
        "@evil.example",
        ".evil.example",
        "日本https://evil.example/x",
        "_https://evil.example/x",
        "a." * 80 + "evil.example",
        "a" * 80 + ".evil.example",
        "mailto:thief@evil.example",
        "thief@evil.example",
        "[sign in](https://evil.example)",
        "[sign in](<https://evil.example>)",
        "[[sign in]](//evil\\.example)",
        "[sign in](/logout)",
        "[sign in][1]\n\n[1]: https://evil.example",
        "![x](https://evil.example/i.png)",
        "![x][1]\n[1]: https://evil.example/i.png",
        "<https://evil.example>",
        '<a href="https://evil.example">sign in</a>',
        "&lt;a href=https://evil.example&gt;sign in&lt;/a&gt;",
    ],
)
def test_no_other_link_can_be_clicked(link):
    text = plain_text(f"Please {link} now", LINKS)
    assert "evil.example" not in text
    assert "script:" not in text.lower()
    assert "](" not in text
    assert "]:" not in text
    assert not re.search(r"\w@\w", text)
    for active in ("://", "www.", "mailto:", "data:", "<", "t.co/"):
        assert active not in text.replace("https://desk.example.com", "")


def test_markdown_links_are_spelled_out_when_they_may_stand():
    assert (
        plain_text("[the guide](https://desk.example.com/kb/1)", LINKS) == "the guide (https://desk.example.com/kb/1)"
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>Hello <b>Ann</b>,</p><p>done.<br>Bye</p>", "Hello Ann,\ndone.\nBye"),
        ("<script>steal()</script>Hi", "Hi"),
        ("<scr<script></script>ipt>alert(1)</script>", "alert(1)"),
        ("<img src=x onerror=alert(1)", "‹img src=x onerror=alert(1)"),
        ("<!-- hidden -->Hi", "Hi"),
        ("Your <order number>, please", "Your ‹order number>, please"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("a\x00b\x1b[31mc\u202ed\U000e0041e", "ab[31mcde"),
        ("one\r\ntwo\rthree\n\n\n\nfour", "one\ntwo\nthree\n\nfour"),
    ],
)
def test_html_and_unseen_characters_are_gone(written, kept):
    assert plain_text(written, LINKS) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Please send report.pdf and the file setup.exe, e.g. by Friday, z.B. heute, p.ex. demain.",
        "It costs 1.234,56 € (10.0.0.1, version 8.2.1) – that is fine: yes/no?",
        "- one\n- two\n\n1. three\n2. four",
        "C:\\Users\\ann and \\\\server\\share",
        "Grüße 👍 naïve 日本語です。次の",
        "2 * 3 = 6 and [x] done (see below)",
    ],
)
def test_ordinary_text_is_left_as_it_is(text):
    assert plain_text(text, LINKS) == text


def test_length_is_bounded_at_a_word():
    text = plain_text("word " * 10_000, LINKS, 100)
    assert len(text) <= 100
    assert text.endswith("word…")


def test_a_line_stays_one_line_without_any_link():
    assert one_line("a\nb <b>c</b> https://desk.example.com") == f"a b c {REMOVED}"


@given(st.text(max_size=400))
def test_cleaning_twice_changes_nothing_that_matters(text):
    once = plain_text(text, LINKS)
    assert plain_text(once, LINKS) == once or len(plain_text(once, LINKS)) <= len(once) + 400
    assert "\x00" not in once
    assert "](" not in once


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_no_mixture_of_brackets_yields_a_tag_or_a_link(pieces):
    text = plain_text("".join(pieces), LINKS)
    assert "evil.example" not in text
    assert "<script" not in text
    assert "<a" not in text
    assert "](" not in text


@given(st.lists(st.sampled_from([*PIECES, "[a](", "<a href=", "\\", "`", "*", "[1]", "[1]:", '"', "'"]), max_size=30))
def test_rendered_as_markdown_nothing_leads_elsewhere(pieces):
    rendered = MarkdownIt("commonmark", {"html": True}).render(plain_text("".join(pieces), LINKS))
    assert not re.search(r"<(?!/?(?:p|em|strong|code|pre|h\d|ul|ol|li|blockquote|hr|br)\b)", rendered)


@pytest.mark.parametrize(
    "piece", [*PIECES, "](", "![", "a@", "&amp;", "<script>", "<p ", "[a](", "[a]( ", "<!--", "\n["]
)
def test_hostile_text_takes_no_longer_than_other_text(piece):
    started = time.process_time()
    plain_text(piece * 20_000, LINKS)
    assert time.process_time() - started < 2
