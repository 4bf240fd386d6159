import re

import pytest
from sqlalchemy import update
from web_desk import Person, WebDesk

from app import csat, relay
from app.db import db
from app.tickets import finding, status
from app.tickets.ticket import Ticket

RATINGS = {"rating_ask": "1", "rating_after_hours": "0", "rating_remind_days": "1", "rating_low": "2"}


@pytest.fixture
def link(desk: WebDesk) -> str:
    number = desk.mail("Sing <i>along</i>")
    with desk.flask.app_context():
        ticket = finding.by_number(number)
        status.change(ticket, "resolved", by="system")
        relay.commit()
        survey, _ = csat.open_survey(ticket, by="system")
        relay.commit()
        return csat.link(survey)


@pytest.fixture
def customer(desk: WebDesk) -> Person:
    return desk.anybody()


def test_opening_the_link_answers_nothing(desk: WebDesk, customer, link):
    page = customer.get(f"{link}?score=4").text
    assert 'value="4" required checked' in page
    assert "Sing &lt;i&gt;along&lt;/i&gt;" in page
    assert desk.ask("SELECT score FROM survey") is None


def test_the_answer_is_kept_and_the_same_one_sent_twice_counts_once(desk: WebDesk, customer, link):
    customer.get(link)
    for _ in range(2):
        assert "Thank you" in customer.post(link, score="5", comment="Quick!").text
    assert desk.ask("SELECT score FROM survey") == 5
    assert desk.ask("SELECT comment FROM survey") == "Quick!"
    assert desk.ask("SELECT count(*) FROM event WHERE name = 'ticket.rated'") == 1
    assert "Thank you" in customer.get(link).text


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PREFETCH"])
def test_a_scanner_that_follows_every_link_of_the_mail_rates_nothing(desk: WebDesk, customer, link, method):
    prefetch = {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch", "X-Moz": "prefetch"}
    for number in range(1, 6):
        path, headers = f"{link}?score={number}", prefetch if method == "PREFETCH" else {}
        answer = customer.client.open(path, method="GET" if method == "PREFETCH" else method, headers=headers)
        assert answer.status_code == 200
        for inner in re.findall(r'href="([^"]+)"', answer.text):
            customer.client.get(inner)
    assert desk.ask("SELECT answered_at FROM survey") is None
    assert desk.ask("SELECT count(*) FROM event WHERE name = 'ticket.rated'") == 0


def test_no_script_of_the_page_can_send_the_form(customer, link):
    page = customer.get(f"{link}?score=4").text
    form = re.search(r"<form.*?</form>", page, re.DOTALL)
    assert form
    assert 'method="post"' in form[0]
    for active in ("hx-", "data-", "onclick", "onload", "<script"):
        assert active not in form[0]


def test_an_answer_can_be_changed_while_there_is_time(desk: WebDesk, customer, link):
    customer.get(link)
    assert "Change my answer" in customer.post(link, score="5", comment="Quick!").text
    assert "Quick!" in customer.get(f"{link}?change=1").text
    assert 'value="2" required checked' in customer.get(f"{link}?score=2").text
    assert "<b>Not good</b>" in customer.post(link, score="2", comment="It broke again").text
    assert desk.ask("SELECT score FROM survey") == 2


def test_once_the_time_is_over_the_first_answer_stays_and_the_page_says_so(desk: WebDesk, customer, link):
    desk.person("manager").post("/settings/ratings", **(RATINGS | {"rating_change_hours": "0"}))
    customer.get(link)
    customer.post(link, score="5", comment="")
    late = customer.post(link, score="1", comment="").text
    assert "the first one stays" in late
    assert "Change my answer" not in late
    assert desk.ask("SELECT score FROM survey") == 5


@pytest.mark.parametrize(
    ("language", "asked", "thanked"),
    [
        ("de", "Wie zufrieden sind Sie?", "Vielen Dank"),
        ("fr", "Qu’en pensez-vous", "Merci"),
        ("es", "¿Qué tal lo hicimos?", "Gracias"),
        ("pt", "Como correu?", "Obrigado"),
        ("fi", "How did we do?", "Thank you"),
    ],
)
def test_the_page_speaks_the_language_of_the_mail(desk: WebDesk, customer, link, language, asked, thanked):
    with desk.flask.app_context():
        db.session.execute(update(Ticket).values(language=language))
        db.session.commit()
    page = customer.get(link).text
    assert asked in page
    assert f'<html lang="{language if language != "fi" else "en"}"' in page
    assert thanked in customer.post(link, score="4").text


def test_an_unknown_link_speaks_the_language_of_the_browser(customer):
    assert "Diesen Link kennen wir nicht" in customer.get("/rate/x", headers={"Accept-Language": "de-CH,en;q=0.5"}).text


@pytest.mark.parametrize("score", ["", "0", "6", "five", "4.5"])
def test_no_answer_is_asked_for_again_and_the_words_are_kept(desk: WebDesk, customer, link, score):
    customer.get(link)
    answer = customer.post(link, score=score, comment="Nice people.")
    assert answer.status_code == 422
    assert "Nice people." in answer.text
    assert desk.ask("SELECT score FROM survey") is None


def test_a_scanner_without_the_pages_token_cannot_answer(desk: WebDesk, customer, link):
    assert customer.client.post(link, data={"score": "1"}).status_code == 400
    assert desk.ask("SELECT score FROM survey") is None


def test_an_unknown_link_explains_itself(customer):
    answer = customer.get("/rate/somethingelse")
    assert answer.status_code == 404
    assert "We do not know this link" in answer.text


def test_the_customer_sees_nothing_of_the_desk(customer, link):
    page = customer.get(link).text
    for word in ("My work", "Processes", "TKT-", "nav-side"):
        assert word not in page
