import pytest
from conftest import PASSWORD
from web_desk import WebDesk

from app.config import settings


def test_a_password_opens_the_desk(desk: WebDesk):
    person = desk.anybody()
    person.get("/sign-in")
    answer = person.post("/sign-in", email="AGENT@desk.test ", password=PASSWORD, next="/tickets/new")
    assert (answer.status_code, answer.location) == (303, "/tickets/new")
    assert person.get("/").status_code == 200


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(desk: WebDesk):
    person = desk.anybody()
    person.get("/sign-in")
    wrong = person.post("/sign-in", email="agent@desk.test", password="wrong")
    unknown = person.post("/sign-in", email="nobody@desk.test", password="wrong")
    assert wrong.status_code == unknown.status_code == 422
    assert "do not fit together" in wrong.text
    assert "do not fit together" in unknown.text
    assert desk.ask("SELECT count(*) FROM event WHERE name = 'agent.sign_in_refused'") == 2


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "/\n/evil.example"],
)
def test_after_signing_in_nobody_is_led_elsewhere(desk: WebDesk, elsewhere: str):
    person = desk.anybody()
    person.get("/sign-in")
    answer = person.post("/sign-in", email="agent@desk.test", password=PASSWORD, next=elsewhere)
    assert answer.location == "/"


def test_a_form_without_its_token_changes_nothing(desk: WebDesk):
    answer = desk.anybody().client.post("/sign-in", data={"email": "agent@desk.test", "password": PASSWORD})
    assert answer.status_code == 400
    assert "can no longer be trusted" in answer.text


def test_every_form_of_the_desk_asks_for_the_token(desk: WebDesk, ann):
    number = desk.mail()
    for path in (f"/tickets/{number}/status", f"/tickets/{number}/reply", "/tickets/new", "/sign-out", "/theme"):
        assert ann.client.post(path, data={"status": "closed", "body": "x"}).status_code == 400, path
    assert desk.ask("SELECT status FROM ticket") == "open"


def test_guessing_is_slowed_down(desk: WebDesk):
    person = desk.anybody()
    person.get("/sign-in")
    answers = [person.post("/sign-in", email="agent@desk.test", password=f"guess {n}") for n in range(9)]
    assert [answer.status_code for answer in answers] == [422] * 8 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_signing_out_ends_the_session(ann):
    assert ann.post("/sign-out").status_code == 303
    assert ann.get("/").status_code == 303


def test_an_open_page_tells_once_that_its_session_ended(ann):
    ann.post("/sign-out")
    answer = ann.get("/live?since=1-1", headers={"HX-Request": "true"})
    assert answer.status_code == 286
    assert "You are signed out" in answer.text
    assert answer.headers["HX-Reswap"] == "innerHTML"


def test_the_demo_offers_one_person_per_role(desk: WebDesk):
    page = desk.anybody().get("/sign-in").text
    for role in ("Agent", "Senior agent", "Manager", "Process owner", "Auditor", "Admin"):
        assert f"<small>{role}</small>" in page


def test_the_cookie_is_kept_from_scripts_and_other_sites(desk: WebDesk):
    cookie = desk.anybody().get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


class TestWithoutTheDemo:
    @pytest.fixture
    def environment(self):
        return {"DEMO": "0"}

    def test_nobody_signs_in_by_a_click(self, desk: WebDesk):
        stranger = desk.anybody()
        assert "This is a demo" not in stranger.get("/sign-in").text
        assert stranger.post("/sign-in/demo", person=desk.people["admin"]).status_code == 404


class TestOnHttps:
    @pytest.fixture
    def environment(self):
        return {"BASE_URL": "https://desk.example.com"}

    def test_the_cookie_is_bound_to_this_host(self, desk: WebDesk):
        answer = desk.anybody().get("/sign-in", base_url=settings().base_url)
        assert answer.headers["Set-Cookie"].startswith("__Host-flowdesk=")
        assert "; Secure" in answer.headers["Set-Cookie"]
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
