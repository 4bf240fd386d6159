"""What real programs do to a mail: flowed text, quotes in HTML, seals, footers, languages."""

from email.header import Header

import pytest

from app.channels.mail.parse import parse

HEAD = (
    "From: Maria <maria@acme.example>\nTo: support@desk.example\nSubject: {}\nMIME-Version: 1.0\nContent-Type: {}\n\n"
)


def _mail(content_type: str, body: str, subject: str = "Re: printer"):
    return parse((HEAD.format(Header(subject, "utf-8").encode(), content_type) + body).encode())


def _html(body: str):
    return _mail("text/html; charset=utf-8", body)


def test_flowed_paragraphs_are_one_line_again_and_their_quotes_stay_quotes() -> None:
    body = "A paragraph in \ntwo lines.\n stuffed\n>> old \n>> words\n> newer \n> words\n-- \nMaria\n"
    mail = _mail("text/plain; format=flowed", body)
    assert mail.text == "A paragraph in two lines.\nstuffed\n>> old words\n> newer words\n-- \nMaria"


def test_flowed_text_without_spaces_between_words_gets_none() -> None:
    assert _mail("text/plain; charset=utf-8; format=flowed; delsp=yes", "请求书 \n有误").text == "请求书有误"


def test_answers_between_quotes_in_html_are_told_from_the_quotes() -> None:
    mail = _html(
        '<div class="moz-cite-prefix">Am 05.01.26 um 10:00 schrieb Support:</div><blockquote type="cite"><p>Which?</p>'
        '</blockquote><p>The X200.</p><blockquote type="cite">Since when?<blockquote type="cite">old</blockquote>'
        "</blockquote><p>Monday.</p>"
    )
    assert mail.reply_text == "The X200.\n\nMonday."
    assert "> Which?" in mail.text
    assert ">> old" in mail.text


def test_a_blockquote_that_only_indents_is_not_a_quote() -> None:
    mail = _html('Look:<blockquote style="margin:0 0 0 40px;border:none">mine</blockquote>')
    assert mail.reply_text.split() == ["Look:", "mine"]


def test_words_cut_by_spans_and_nested_divs_read_as_they_look() -> None:
    assert _html("<div>inv<span>oice</span><div>is<div>wrong</div></div></div>").text == "invoice\nis\nwrong"


FIELDS = {
    "German, sent first": ("Gesendet: Montag", 'Von: "Support" <s@d.example>', "An: Maria", "Betreff: x"),
    "Hungarian": ("Feladó: Support", "Küldve: hétfő", "Címzett: M", "Tárgy: x"),
    "Turkish": ("Kimden: Support", "Gönderilme Tarihi: Pazartesi", "Kime: M", "Konu: x"),
    "Ukrainian": ("Від: Support", "Надіслано: понеділок", "Кому: М", "Тема: x"),
    "Japanese": ("差出人: Support", "送信日時: 2026年", "宛先: M", "件名: x"),
}


@pytest.mark.parametrize("form", FIELDS)
def test_the_block_of_fields_above_an_old_mail_begins_the_quote(form: str) -> None:
    body = "Yes, it works.\n\n" + "\n".join(FIELDS[form]) + "\n\ndid it help?\n"
    assert _mail("text/plain; charset=utf-8", body).reply_text == "Yes, it works."


def test_a_list_that_only_resembles_such_a_block_is_kept() -> None:
    body = "The order:\n\nFrom: Berlin\nTo: Paris\nDate: 5 May\n\nPlease confirm it."
    assert _mail("text/plain", body).reply_text == body


def test_a_signed_text_comes_out_of_its_armor() -> None:
    body = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nMy invoice is wrong.\n- - two items\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
    )
    assert _mail("text/plain", body).reply_text == "My invoice is wrong.\n- two items"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data", "MIIB"),
        ('multipart/encrypted; boundary="p"', "--p\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--p--\n"),
        ("text/plain", "-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n"),
    ],
)
def test_a_mail_nobody_can_read_here_says_so(content_type: str, body: str) -> None:
    assert "the mail is encrypted; its words cannot be read here" in _mail(content_type, body).problems


def test_what_a_list_puts_below_encoded_words_does_not_spoil_them() -> None:
    body = "SGVsbG8gd29ybGQ\n--\nSent by the scanner\n"
    mail = _mail("text/plain; charset=utf-8\nContent-Transfer-Encoding: base64", body)
    assert mail.text == "Hello world"


def test_a_few_accents_without_a_charset_are_western() -> None:
    raw = "From: a@b.example\nSubject: Problème\n\nVoilà un problème.\n".encode("latin-1")
    assert (parse(raw).subject, parse(raw).text) == ("Problème", "Voilà un problème.")


AWAY = {
    "自動応答: お問い合わせ": "不在にしております。",
    "自动答复：问题": "我正在休假。",
    "Odpowiedź automatyczna: pytanie": "Jestem poza biurem do 10 stycznia.",
    "Автоматична відповідь: питання": "Я у відпустці.",
    "Automatikus válasz: kérdés": "Nem vagyok az irodában.",
}


@pytest.mark.parametrize("subject", AWAY)
def test_an_absence_is_understood_in_many_languages(subject: str) -> None:
    head = "text/plain; charset=utf-8\nIn-Reply-To: <fd.x@desk.example>"
    assert _mail(head, AWAY[subject], subject).kind == "auto_reply"


RETURNED = {
    "来自qq.com的退信": ("PostMaster@qq.com", "您的邮件无法投递到 kim@gone.example\n550 Mailbox not found"),
    "Unzustellbar: Ihre Anfrage": (
        "postmaster@a.example",
        "kim@gone.example konnte nicht zugestellt werden. 550 5.1.10",
    ),
    "Mail failure.": ("mailer-daemon@mail.example", "A message could not be delivered to kim@gone.example"),
}


@pytest.mark.parametrize("subject", RETURNED)
def test_a_mail_that_came_back_is_understood_in_many_languages(subject: str) -> None:
    sender, body = RETURNED[subject]
    raw = f"From: {sender}\nReturn-Path: <>\nSubject: {Header(subject, 'utf-8').encode()}\n"
    assert parse(f"{raw}Content-Type: text/plain; charset=utf-8\n\n{body}\n".encode()).kind == "bounce"
