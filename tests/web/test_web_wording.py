from datetime import UTC, datetime, timedelta

import pytest
from freezegun import freeze_time
from werkzeug.datastructures import MultiDict

from app.web import wording
from app.web.decision_table import read
from app.web.form_fields import answer_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@freeze_time(NOW)
@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (47 * 3600, "47 h ago"),
        (48 * 3600, "2 d ago"),
        (8 * 86400, "12 Nov"),
        (400 * 86400, "16 Oct 2025"),
        (-30, "in a moment"),
        (-7200, "in 2 h"),
    ],
)
def test_how_long_ago_is_said_in_few_words(seconds, said):
    assert wording.ago(NOW - timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (4320, "1 h 12 min"), (90000, "1 d 1 h"), (-60, "1 min")],
)
def test_a_duration_is_said_in_two_units(seconds, said):
    assert wording.lasting(seconds) == said


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://a.example/x?y=1&z=2.", ["https://a.example/x?y=1&amp;z=2"]),
        ("(http://a.example)", ["http://a.example"]),
        ("javascript:alert(1) ftp://a.example", []),
        ('<a href="https://a.example">x</a>', ["https://a.example"]),
    ],
)
def test_only_web_addresses_become_links_and_everything_is_escaped(text, links):
    shown = str(wording.prose(text))
    assert [part.split('"')[0] for part in shown.split('href="')[1:]] == links
    assert "<a href" not in shown.replace('<a href="http', "")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://a.example/x.png onerror=1)", "<b>x"]
)
def test_what_agents_write_cannot_carry_markup_of_its_own(text):
    shown = str(wording.rich(text))
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert "<b>" not in shown


@pytest.mark.parametrize(
    ("name", "letters"), [("Maria Lopes", "ML"), ("ann@x.example", "AX"), ("", "?"), ("Ø", "Ø"), ("محمد العربي", "ما")]
)
def test_a_name_has_initials(name, letters):
    assert wording.initials(name) == letters


def test_what_a_browser_sends_becomes_what_the_schema_asks_for():
    schema = {
        "properties": {
            "count": {"type": "integer"},
            "price": {"type": "number"},
            "sure": {"type": "boolean"},
            "tags": {"type": "array"},
            "note": {"type": "string"},
            "empty": {"type": "string"},
        }
    }
    sent = MultiDict(
        [("count", "3"), ("price", "2,5"), ("sure", "1"), ("tags", "a"), ("tags", "b"), ("note", " x\r\ny ")]
    )
    sent.add("empty", "  ")
    answer = answer_of(schema, sent)
    assert answer == {"count": 3, "price": 2.5, "sure": True, "tags": ["a", "b"], "note": "x\ny"}
    assert answer_of(schema, MultiDict([("count", "many")]))["count"] == "many"


def test_a_decision_table_is_read_in_words():
    table = read(
        '<definitions><decision><decisionTable hitPolicy="FIRST"><input label="Subject"/><output name="priority"/>'
        '<rule><inputEntry><text>contains_any(?, ["fire", "smoke"])</text></inputEntry>'
        '<outputEntry><text>"urgent"</text></outputEntry></rule>'
        "<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>x + 1</text></outputEntry></rule>"
        "</decisionTable></decision></definitions>"
    )
    assert (table.inputs, table.outputs) == (["Subject"], ["priority"])
    assert table.rules == [(["says fire, smoke"], ["urgent"], ""), ([""], ["x + 1"], "")]
