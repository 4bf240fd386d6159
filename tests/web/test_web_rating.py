import pytest
from web_desk import Person, WebDesk

from app import csat, relay
from app.tickets import finding, status


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


def test_the_answer_is_kept_once(desk: WebDesk, customer, link):
    customer.get(link)
    assert "Thank you" in customer.post(link, score="5", comment="Quick!").text
    assert "Thank you" in customer.post(link, score="1", comment="Changed my mind").text
    assert desk.ask("SELECT score FROM survey") == 5
    assert desk.ask("SELECT comment FROM survey") == "Quick!"
    assert "Thank you" in customer.get(link).text


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
