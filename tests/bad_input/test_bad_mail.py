"""Mail nobody should have sent, through the whole intake: nothing is dropped and no job fails."""

import random

import pytest
from mail.mail_samples import BOUNCES
from post_office import SUPPORT, PostOffice, mail

from app.channels.mail.parse import parse

NESTED = 1_500


def nested() -> bytes:
    """Return a mail of parts within parts."""
    opened = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(NESTED))
    return mail(opened + "Content-Type: text/plain\r\n\r\nDeep down.", MIME_Version="1.0").replace(
        b"MIME-Version: 1.0\r\n\r\n", b"MIME-Version: 1.0\r\n"
    )


ODD = {
    "NUL in the subject": mail(Subject="In\x00voice"),
    "NUL in the body": mail("You charge \x00 twice."),
    "NUL in every header": mail(**dict.fromkeys(("From", "To", "Cc", "Reply_To", "Sender"), "a\x00b@acme.example")),
    "NUL in the ids": mail(Message_ID="<o\x00ne@acme.example>", In_Reply_To="<t\x00wo@x>", References="<t\x00hree@x>"),
    "8-bit headers and body": mail().replace(b"Invoice", b"Geb\xfchr").replace(b"twice", b"zur\xfcck \xff\xfe"),
    "no body": mail("").rstrip(),
    "headers alone": b"From: eve@acme.example",
    "an unknown charset": mail(Content_Type="text/plain; charset=klingon"),
    "parts in parts in parts": nested(),
    "a huge subject": mail(Subject="Invoice " * 20_000),
    "a huge sender": mail(From=f"{'Eve ' * 500}<{'e' * 900}@acme.example>"),
    "a huge file name": mail(
        MIME_Version="1.0",
        Content_Type=f"application/{'x' * 500}; name={'n' * 900}.txt",
        Content_ID=f"<{'c' * 900}@x>",
        Content_Disposition=f"attachment; filename={'n' * 900}.txt",
    ),
    "a huge Message-ID": mail(Message_ID=f"<{'m' * 5_000}@acme.example>", References=f"<{'r' * 5_000}@acme.example>"),
    "a long body": mail("You charge us twice.\r\n" * 50_000),
    "surrogates": mail().replace(b"twice", b"\xed\xa0\x80").replace(b"Invoice", b"=?utf-8?q?=ED=A0=80?="),
    "a group for a sender": mail(From="undisclosed:;"),
    "two senders": mail(From="eve@acme.example, mal@acme.example", Sender="mal@acme.example"),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_mail_is_kept_and_seen_by_a_person(post: PostOffice, name: str) -> None:
    told = post.hand_in(ODD[name])
    assert (told.state, post.count()) == ("understood", 1)
    assert told.ticket


def test_mutilated_mails_are_all_understood_or_held_and_none_is_lost(post: PostOffice) -> None:
    chance = random.Random(75)
    samples = [ODD["NUL in every header"], ODD["a huge file name"], mail(), *(b.encode() for b in BOUNCES.values())]
    for _ in range(40):
        raw = bytearray(chance.choice(samples))
        for _ in range(chance.randint(1, 30)):
            raw[chance.randrange(len(raw))] = chance.choice(b'\x00\xff\r\n:;<>@=?" a')
        assert post.hand_in(bytes(raw)).state in {"understood", "quarantined", "ignored"}


@pytest.mark.parametrize(
    "raw", [mail(From=""), b"", b"\r\n\r\n", b"\x00\x00"], ids=["no From", "empty", "blank", "NUL"]
)
def test_a_mail_without_a_sender_is_quarantined_and_can_be_downloaded(post: PostOffice, raw: bytes) -> None:
    told = post.hand_in(raw, mail_from="")
    assert (told.state, told.ticket, post.count()) == ("quarantined", None, 0)
    assert "sender" in told.problem
    assert post.download("quarantine", told.id) == raw


def test_a_mail_without_from_is_of_its_envelope_sender(post: PostOffice) -> None:
    told = post.hand_in(mail(From=""))
    assert told.ticket
    assert post.ticket(told.ticket)["contact"]["email"] == "eve@acme.example"


def test_the_same_mail_again_is_a_duplicate_and_the_same_id_with_another_body_is_not(post: PostOffice) -> None:
    first = post.hand_in(mail())
    again = post.hand_in(mail())
    other = post.hand_in(mail("Your invoice 18 is wrong too."))
    assert (first.state, again.state, other.state) == ("understood", "duplicate", "understood")
    assert again.ticket == first.ticket != other.ticket
    assert post.count() == 2


def test_a_mail_of_this_desk_that_comes_back_is_a_loop_and_opens_nothing(post: PostOffice) -> None:
    post.hand_in(mail())
    [acknowledgement] = post.sent()
    told = post.hand_in(acknowledgement)
    assert (told.state, post.count(), len(post.sent())) == ("ignored", 1, 1)


def bounce(post: PostOffice, number: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    """Return a delivery report about the last mail of a ticket."""
    report = BOUNCES["postfix"].replace("<fd.orig-1@desk.example>", post.message_id_of(number))
    return report.replace("Action: failed", f"Action: {action}").replace("Status: 5.1.1", f"Status: {status}").encode()


def test_a_bounce_marks_the_delivery_of_our_reply_failed_and_opens_nothing(on_sqlite: PostOffice) -> None:
    post = on_sqlite
    number = post.hand_in(mail()).ticket or ""
    post.reply(number, "We look into it.")
    told = post.hand_in(bounce(post, number), mail_from="")
    assert (told.state, told.ticket, post.count()) == ("understood", number, 1)
    [reply] = [m for m in post.ticket(number)["messages"] if m["kind"] == "reply"]
    assert reply["delivery"] == "failed"
    assert "User unknown" in reply["delivery_note"]


def test_a_report_that_a_mail_is_only_late_leaves_its_delivery_alone(on_sqlite: PostOffice) -> None:
    post = on_sqlite
    number = post.hand_in(mail()).ticket or ""
    post.reply(number, "We look into it.")
    told = post.hand_in(bounce(post, number, "delayed", "4.4.1"), mail_from="")
    assert (told.state, told.ticket, post.count()) == ("understood", number, 1)
    [reply] = [m for m in post.ticket(number)["messages"] if m["kind"] == "reply"]
    assert reply["delivery"] == "mailbox"


def test_a_bounce_of_a_mail_that_is_not_ours_is_left_aside(on_sqlite: PostOffice) -> None:
    assert on_sqlite.hand_in(BOUNCES["postfix"].encode(), mail_from="").state == "ignored"
    assert on_sqlite.count() == 0


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"X_Auto_Response_Suppress": "All"},
        {"List_Id": "<news.acme.example>"},
        {"From": "noreply@acme.example"},
        {"From": "MAILER-DAEMON@acme.example"},
    ],
    ids=str,
)
def test_automatic_mail_is_kept_as_a_ticket_and_gets_no_automatic_answer(
    on_sqlite: PostOffice, header: dict[str, str]
) -> None:
    told = on_sqlite.hand_in(mail(**header))
    assert told.ticket
    assert on_sqlite.sent() == []


def test_mail_with_a_null_sender_gets_no_automatic_answer(on_sqlite: PostOffice) -> None:
    assert on_sqlite.hand_in(mail(), mail_from="").ticket
    assert on_sqlite.sent() == []


def test_a_person_who_writes_is_answered_once_by_a_mail_that_says_it_is_automatic(on_sqlite: PostOffice) -> None:
    number = on_sqlite.hand_in(mail()).ticket or ""
    [acknowledgement] = on_sqlite.sent()
    assert b"Auto-Submitted: auto-replied" in acknowledgement
    assert number.encode() in acknowledgement
    on_sqlite.hand_in(mail("And 18.", In_Reply_To=on_sqlite.message_id_of(number), Message_ID="<2@acme.example>"))
    assert (on_sqlite.count(), len(on_sqlite.sent())) == (1, 1)


def test_an_acknowledgement_repeats_nothing_a_forger_could_have_written(on_sqlite: PostOffice) -> None:
    forged = mail(From='"[Prize](http://evil.example)" <victim@acme.example>', Subject="Invoice http://evil.example/")
    on_sqlite.hand_in(forged)
    [acknowledgement] = on_sqlite.sent()
    read = parse(acknowledgement)
    for text in (read.subject, read.text, read.html or ""):
        assert "evil.example" not in text
        assert "Prize" not in text


def test_a_customer_whose_address_is_none_gets_no_mail_and_the_ticket_says_so(on_sqlite: PostOffice) -> None:
    number = on_sqlite.hand_in(mail(From="Eve <eve;x@acme.example>")).ticket or ""
    [automatic] = [m for m in on_sqlite.ticket(number)["messages"] if m["direction"] == "out"]
    assert (automatic["delivery"], on_sqlite.sent()) == ("failed", [])
    assert "address" in automatic["delivery_note"]


def test_a_vacation_note_on_a_resolved_ticket_does_not_reopen_it(on_sqlite: PostOffice) -> None:
    post = on_sqlite
    number = post.hand_in(mail()).ticket or ""
    post.set_status(number, "resolved")
    away = mail("I am away.", In_Reply_To=post.message_id_of(number), Auto_Submitted="auto-replied", Message_ID="<2@a>")
    assert post.hand_in(away).ticket == number
    assert post.ticket(number)["status"] == "resolved"


def test_a_stranger_who_knows_the_thread_is_held_and_moves_nothing(on_sqlite: PostOffice) -> None:
    post = on_sqlite
    number = post.hand_in(mail()).ticket or ""
    post.reply(number, "We look into it.")
    stranger = mail(From="mal@evil.example", In_Reply_To=post.message_id_of(number), Message_ID="<3@evil.example>")
    assert post.hand_in(stranger).ticket == number
    now = post.ticket(number)
    [held] = [m for m in now["messages"] if m["held"]]
    assert "mal@evil.example" in held["held"]
    assert now["status"] == "in_progress"


def test_a_visible_number_and_a_known_id_prove_nothing(on_sqlite: PostOffice) -> None:
    post = on_sqlite
    number = post.hand_in(mail()).ticket or ""
    guess = mail(From="mal@evil.example", Subject=f"Re: [{number}] Invoice 17", In_Reply_To="<1@acme.example>")
    told = post.hand_in(guess)
    assert told.ticket != number
    assert post.count() == 2


def test_no_header_of_a_mail_sets_state_role_or_sender(on_sqlite: PostOffice) -> None:
    told = on_sqlite.hand_in(
        mail(From="agent@desk.test", To=SUPPORT, X_Flowdesk_Status="closed", X_Priority="1", Importance="high")
    )
    now = on_sqlite.ticket(told.ticket or "")
    assert (now["status"], now["priority"], now["messages"][0]["kind"]) == ("open", "medium", "message")
