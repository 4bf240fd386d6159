"""Addresses are found however they are written."""

import pytest

from app.channels.mail.addresses import parse_addresses

CASES = [
    ("ann@b.example", [("", "ann@b.example")]),
    ("Ann Lee <ann@b.example>", [("Ann Lee", "ann@b.example")]),
    ('"Lee, Ann" <ann@b.example>, bob@c.example', [("Lee, Ann", "ann@b.example"), ("", "bob@c.example")]),
    ("Lee, Ann <ann@b.example>; Bob <bob@c.example>", [("Lee, Ann", "ann@b.example"), ("Bob", "bob@c.example")]),
    ("ann@b.example (Ann Lee)", [("Ann Lee", "ann@b.example")]),
    ("Ann Lee (Acme) <ann@b.example>", [("Ann Lee (Acme)", "ann@b.example")]),
    ("=?utf-8?Q?M=C3=BCller,_J?= <j@b.example>", [("Müller, J", "j@b.example")]),
    ('"=?utf-8?Q?M=C3=BCller?=" <j@b.example>', [("Müller", "j@b.example")]),
    ("'ann@b.example' <ann@b.example>", [("", "ann@b.example")]),
    ("\"'Ann Lee'\" <ann@b.example>", [("Ann Lee", "ann@b.example")]),
    ("J. R. Dobbs <j@b.example>", [("J. R. Dobbs", "j@b.example")]),
    ("undisclosed-recipients:;", []),
    (
        "Team: ann@b.example, Bob <bob@c.example>;, z@d.example",
        [("", "ann@b.example"), ("Bob", "bob@c.example"), ("", "z@d.example")],
    ),
    ("<@relay.example:ann@b.example>", [("", "ann@b.example")]),
    ('"ann lee"@b.example', [("", '"ann lee"@b.example')]),
    ("ann@[IPv6:::1]", [("", "ann@[IPv6:::1]")]),
    ("Ann Lee ann@b.example", [("Ann Lee", "ann@b.example")]),
    ("Ann <ann@b.example", [("Ann", "ann@b.example")]),
    ('J D <"john doe"@b.example>', [("J D", '"john doe"@b.example')]),
    ('<"john.doe" @ b.example>', [("", '"john.doe"@b.example')]),
    ("ann@b.example <Ann Lee>", [("Ann Lee", "ann@b.example")]),
    ("< ann @ b.example >", [("", "ann@b.example")]),
    ("mailto:ann@b.example", [("", "ann@b.example")]),
    ('Ann "the \\"boss\\"" Lee <ann@b.example>', [('Ann the "boss" Lee', "ann@b.example")]),
    ("MAILER-DAEMON (Mail Delivery System)", [("Mail Delivery System", "MAILER-DAEMON")]),
    ("Jürgen <jürgen@bücher.example>", [("Jürgen", "jürgen@bücher.example")]),
    ("Ann \u202ekool <ann@b.example>", [("Ann kool", "ann@b.example")]),
    ("", []),
    ("<>", []),
    (",;,", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_an_address_list_gives_names_and_addresses(text: str, expected: list[tuple[str, str]]) -> None:
    mailboxes, more = parse_addresses(text)
    assert [(one.name, one.email) for one in mailboxes] == expected
    assert not more


def test_a_list_that_is_too_long_is_cut_and_that_is_said() -> None:
    mailboxes, more = parse_addresses(", ".join(f"u{number}@b.example" for number in range(3000)))
    assert (len(mailboxes), more) == (1000, True)
