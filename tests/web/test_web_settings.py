"""Settings: who may open and change them, what is refused, what is recorded."""

from web_desk import Person, WebDesk

PATH = "/settings/desk"
FIELDS = {"desk_name": "Acme Care", "desk_ticket_prefix": "AC-", "desk_reopen_days": "30"}


def test_an_agent_neither_sees_nor_reaches_the_settings(ann: Person):
    assert "/settings" not in ann.get("/").text
    assert ann.get("/settings").status_code == 403
    assert ann.post(PATH, **FIELDS).status_code == 403


def test_a_manager_renames_the_desk_and_the_next_ticket_has_the_prefix(desk: WebDesk):
    manager = desk.person("manager")
    assert "Name and numbers" in manager.get("/settings").text
    assert manager.post(PATH, **FIELDS).status_code == 303
    page = manager.get(PATH).text
    assert "Saved." in page
    assert "Acme Care" in page
    assert desk.mail().startswith("AC-")


def test_each_change_is_recorded_with_before_and_after(desk: WebDesk):
    desk.person("manager").post(PATH, **FIELDS)
    page = desk.person("auditor").get("/audit?name=option.set").text
    assert "Acme Care" in page
    assert "TKT-" in page


def test_a_wrong_value_is_refused_beside_its_field_and_nothing_of_the_form_is_kept(desk: WebDesk):
    manager = desk.person("manager")
    refused = manager.post(PATH, **(FIELDS | {"desk_reopen_days": "-3"}))
    assert refused.status_code == 422
    assert "must be a whole number from 0 to 3650" in refused.text
    assert "Acme Care" in refused.text
    assert "Acme Care" not in manager.get(PATH).text


def test_an_auditor_reads_the_settings_and_cannot_change_them(desk: WebDesk):
    auditor = desk.person("auditor")
    page = auditor.get(PATH)
    assert page.status_code == 200
    assert "asks for “settings.write”" in page.text
    assert auditor.post(PATH, **FIELDS).status_code == 403
