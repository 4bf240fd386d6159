"""Delivery reports are recognised in all their forms, and nothing else is taken for one."""

import pytest
from mail_lookalikes import NOT_BOUNCES
from mail_samples import BOUNCES, DELAYS, ORIGINAL

from app.channels.mail.parse import parse


@pytest.mark.parametrize("form", BOUNCES)
def test_a_report_of_failure_is_a_bounce(form: str) -> None:
    mail = parse(BOUNCES[form].encode())
    assert mail.kind == "bounce"
    assert mail.bounce is not None
    assert (mail.bounce.action, mail.bounce.permanent) == ("failed", True)


@pytest.mark.parametrize("form", sorted(set(BOUNCES) - {"groupwise"}))
def test_a_bounce_names_who_was_not_reached(form: str) -> None:
    bounce = parse(BOUNCES[form].encode()).bounce
    assert bounce is not None
    assert [one.email for one in bounce.recipients] == ["kim@gone.example"]


@pytest.mark.parametrize("form", [form for form, raw in BOUNCES.items() if ORIGINAL[:40] in raw])
def test_a_bounce_names_the_mail_that_came_back(form: str) -> None:
    bounce = parse(BOUNCES[form].encode()).bounce
    assert bounce is not None
    assert bounce.original_message_ids[0] == "<fd.orig-1@desk.example>"


@pytest.mark.parametrize("form", BOUNCES)
def test_a_bounce_is_recognised_with_network_line_ends_too(form: str) -> None:
    mail = parse(BOUNCES[form].replace("\n", "\r\n").encode())
    assert mail.kind == "bounce"


def test_a_standard_report_gives_status_and_the_words_of_the_server() -> None:
    bounce = parse(BOUNCES["postfix"].encode()).bounce
    assert bounce is not None
    recipient = bounce.recipients[0]
    assert recipient.status == "5.1.1"
    assert recipient.diagnostic == "550 5.1.1 <kim@gone.example>: Recipient address rejected: User unknown"


@pytest.mark.parametrize("form", DELAYS)
def test_a_report_of_delay_is_no_failure(form: str) -> None:
    mail = parse(DELAYS[form].encode())
    assert mail.kind == "bounce"
    assert mail.bounce is not None
    assert (mail.bounce.action, mail.bounce.permanent) == ("delayed", False)
    assert [one.email for one in mail.bounce.recipients] == ["kim@gone.example"]


@pytest.mark.parametrize("case", NOT_BOUNCES)
def test_what_people_and_services_write_is_no_bounce(case: str) -> None:
    mail = parse(NOT_BOUNCES[case].encode())
    assert mail.kind in {"message", "list"}
    assert mail.bounce is None


def test_a_bounce_of_our_own_mail_is_a_bounce_and_not_a_loop() -> None:
    mail = parse(BOUNCES["exim"].encode(), desk="desk.example", own_domains={"desk.example"})
    assert mail.kind == "bounce"


def test_the_null_sender_of_the_envelope_counts_like_the_header() -> None:
    head = b"From: postmaster@n.example\nIn-Reply-To: <a@b>\nSubject: Undeliverable message\n"
    raw = head + b"\nUser unknown: kim@gone.example\n"
    assert parse(raw, mail_from="ann@n.example").kind == "message"
    assert parse(raw, mail_from="").kind == "bounce"
