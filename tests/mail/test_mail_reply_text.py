"""The new words of a reply are kept, the quoted ones and the signature are not."""

import pytest

from app.channels.mail.quote import reply_text

QUOTES = {
    "gmail": "On Mon, Jan 5, 2026 at 10:00 AM Ann <ann@b.example> wrote:\n\n> did it help?\n> Ann",
    "gmail, wrapped": "On Mon, Jan 5, 2026 at 10:00 AM Ann Lee of the Support Desk\n<ann@b.example> wrote:\n> "
    "did it help?",
    "apple": "> On 5 Jan 2026, at 10:00, Ann <ann@b.example> wrote:\n>\n> did it help?",
    "thunderbird, german": "Am 05.01.2026 um 10:00 schrieb Ann Lee:\n> did it help?",
    "gmail, german": "Am Mo., 5. Jan. 2026 um 10:00 Uhr schrieb Ann <ann@b.example>:\n\n> did it help?",
    "french": "Le lun. 5 janv. 2026 à 10:00, Ann <ann@b.example> a écrit :\n\n> did it help?",
    "spanish": "El lun, 5 ene 2026 a las 10:00, Ann (<ann@b.example>) escribió:\n\n> did it help?",
    "italian": "Il giorno lun 5 gen 2026 alle ore 10:00 Ann <ann@b.example> ha scritto:\n\n> did it help?",
    "dutch": "Op ma 5 jan. 2026 om 10:00 schreef Ann <ann@b.example>:\n\n> did it help?",
    "polish": "pon., 5 sty 2026 o 10:00 Ann <ann@b.example> napisał(a):\n\n> did it help?",
    "japanese": "2026年1月5日(月) 10:00 Ann <ann@b.example>:\n\n> did it help?",
    "an unknown language": "Maandag 5/1/2026 het Ann <ann@b.example> geskryf:\n> did it help?",
    "without marks": "On Mon, Jan 5, 2026 at 10:00 AM Ann <ann@b.example> wrote:\n\ndid it help?\nAnn",
    "outlook": "-----Original Message-----\nFrom: Ann\nSent: Monday\nTo: Kim\nSubject: printer\n\ndid it help?",
    "outlook 365": "________________________________\nFrom: Ann <ann@b.example>\nSent: Monday, January 5, 2026 "
    "10:00\nTo: Kim\n"
    "Subject: printer\n\ndid it help?",
    "outlook, german": "Von: Ann <ann@b.example>\nGesendet: Montag, 5. Januar 2026 10:00\nAn: Kim\nBetreff: "
    "Drucker\n\ndid it help?",
    "outlook, french": "De : Ann <ann@b.example>\nEnvoyé : lundi 5 janvier 2026 10:00\nÀ : Kim\nObjet : "
    "printer\n\ndid it help?",
    "bold marks": "*From:* Ann <ann@b.example>\n*Sent:* Monday\n*To:* Kim\n*Subject:* printer\n\ndid it help?",
    "marks without introduction": "> did it help?\n> Ann",
}
SIGNATURES = {
    "the standard": "-- \nKim Lee\nAcme Ltd\n+49 30 123",
    "stripped of its space": "--\nKim Lee",
    "a telephone": "Sent from my iPhone",
    "a German telephone": "Von meinem iPhone gesendet",
    "an app": "Get Outlook for Android",
    "regards": "Best regards,\nKim Lee\nAcme Ltd",
    "thanks as a closing": "Thanks,\nKim",
    "German": "Mit freundlichen Grüßen\nKim Lee\nAcme GmbH",
    "French": "Cordialement,\nKim",
}


@pytest.mark.parametrize("form", QUOTES)
def test_the_quote_below_a_reply_is_left_out(form: str) -> None:
    assert reply_text(f"Yes, it helped.\nThe second one still smokes.\n\n{QUOTES[form]}\n") == (
        "Yes, it helped.\nThe second one still smokes."
    )


@pytest.mark.parametrize("form", SIGNATURES)
def test_the_signature_is_left_out(form: str) -> None:
    assert reply_text(f"Yes, it helped.\n\n{SIGNATURES[form]}\n") == "Yes, it helped."


@pytest.mark.parametrize("form", SIGNATURES)
def test_signature_and_quote_are_left_out_together(form: str) -> None:
    assert reply_text(f"Yes.\n\n{SIGNATURES[form]}\n\n{QUOTES['gmail']}\n") == "Yes."


KEPT = {
    "thanks that go on": "Hi Ann,\nThanks, that worked for one of the two.\nThe other printer still smokes.",
    "thanks before sentences": "Hi Ann,\n\nThanks.\nI restarted the printer and now it works.\nThe other one "
    "is broken.",
    "a list with hyphens": "Two things:\n- the left one smokes\n- the right one is loud\nPlease call.",
    "a sentence that ends in wrote": "On Monday your colleague called.\nShe wrote: it is done.",
    "words that begin like a header": "From: now on I use the other printer.\nIt is fine.",
    "a divider of one's own": "First part\n----\nSecond part with more words in it.",
    "an address in a line with a colon": "My login is ann@b.example:\nit does not work.",
    "only thanks": "Thank you!",
    "regards in a sentence": "With regards to your question,\nthe answer is no.",
}


@pytest.mark.parametrize("case", KEPT)
def test_new_words_are_never_lost(case: str) -> None:
    assert reply_text(KEPT[case]) == KEPT[case]


def test_an_answer_below_the_quote_is_kept() -> None:
    text = "On Mon, Jan 5, 2026 Ann <ann@b.example> wrote:\n> did it help?\n> Ann\n\nYes, it did.\n"
    assert reply_text(text) == "Yes, it did."


def test_answers_between_quotes_are_kept() -> None:
    text = "Am 05.01.2026 schrieb Ann:\n> is it on?\nYes.\n\n> is it loud?\nNo.\n"
    assert reply_text(text) == "Yes.\n\nNo."


def test_what_somebody_forwards_is_news_to_the_desk() -> None:
    text = (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Bob\nSent: Monday\nTo: Kim\nSubject: help\n\nIt smokes."
    )
    assert reply_text(text) == text


@pytest.mark.parametrize("text", [*QUOTES.values(), *SIGNATURES.values(), ">\n>\n> x", "--\nx"])
def test_a_mail_that_is_all_quote_is_never_empty(text: str) -> None:
    assert reply_text(text)


def test_no_text_gives_no_reply() -> None:
    assert reply_text(" \n \n") == ""
