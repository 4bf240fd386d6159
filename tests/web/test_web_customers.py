"""Contacts and organisations on their pages: made, changed, refused by name, merged and unmerged."""

import re

from web_desk import Person, WebDesk


def made(person: Person, path: str = "/contacts/new", **fields: str) -> str:
    """Send a form that must be taken; return the path of what it made."""
    person.get(path)
    answer = person.post(path, **fields)
    assert answer.status_code == 303, answer.text
    return answer.location


def test_a_contact_is_made_by_hand_and_shown_with_all_that_is_known(ann: Person) -> None:
    path = made(
        ann,
        name="Maria Lopes",
        organisation="Acme",
        email="maria@acme.test\nm@acme.test",
        phone="+351 21 000 0001",
        language="pt",
        product="Scales",
        notes="Likes <b>tea</b>",
        preferred_agent="senior@desk.test",
        vip="1",
    )
    page = ann.get(path).text
    for words in ("Maria Lopes", "m@acme.test", "+351 21 000 0001", "Portuguese", "Scales", "Senior Person", "VIP"):
        assert words in page
    assert "Likes &lt;b&gt;tea&lt;/b&gt;" in page
    assert "Acme" in ann.get("/contacts").text


def test_a_refused_form_names_the_field_and_the_owner_and_keeps_what_was_typed(ann: Person, desk: WebDesk) -> None:
    desk.mail()
    ann.get("/contacts/new")
    refused = ann.post("/contacts/new", name="Mary", email="maria@acme.example", notes="typed with care")
    assert refused.status_code == 422
    assert "belongs to Maria Lopes" in refused.text
    assert re.search(r'It belongs to <a href="/contacts/[0-9a-f-]+" dir="auto">Maria Lopes</a>', refused.text)
    assert "typed with care" in refused.text
    assert "Mary" not in ann.get("/contacts").text


def test_addresses_phones_and_links_are_added_and_removed(ann: Person, desk: WebDesk) -> None:
    path = made(ann, name="Joe", email="joe@acme.test")
    edit = f"{path}/edit"
    ann.get(edit)
    assert ann.post(f"{path}/addresses", email="joe@home.test").status_code == 303
    assert ann.post(f"{path}/phones", phone="020 7946 0958").status_code == 303
    link = {"system": "CRM", "external_id": "7", "url": "https://crm.test/7"}
    assert ann.post(f"{path}/links", **link).status_code == 303
    page = ann.get(path).text
    assert "joe@home.test" in page
    assert 'href="https://crm.test/7" target="_blank" rel="noreferrer noopener"' in page
    assert ann.post(f"{path}/addresses/removal", address="joe@acme.test").status_code == 303
    assert ann.post(f"{path}/phones/removal", known="020 7946 0958").status_code == 303
    assert ann.post(f"{path}/links/removal", of="CRM", record="7").status_code == 303
    last = ann.post(f"{path}/addresses/removal", address="joe@home.test")
    assert last.status_code == 422
    assert "only way" in last.text or "is the last one" in last.text
    wrong = ann.post(f"{path}/links", system="CRM", external_id="8", url="javascript:alert(1)")
    assert wrong.status_code == 422
    assert "must begin with https://" in wrong.text


def test_what_changed_is_in_the_audit_trail(ann: Person, desk: WebDesk) -> None:
    path = made(ann, name="Joe", email="joe@acme.test")
    assert ann.post(f"{path}/edit", name="Joseph", notes="Pays late").status_code == 303
    page = desk.person("auditor").get("/audit?name=contact.changed").text
    assert "Joseph" in page
    assert "Pays late" in page


def test_an_auditor_reads_contacts_and_changes_none(ann: Person, desk: WebDesk) -> None:
    path = made(ann, name="Joe", email="joe@acme.test")
    auditor = desk.person("auditor")
    assert f'href="{path}/edit"' not in auditor.get(path).text
    for action in ("/edit", "/addresses", "/phones", "/links", "/merge"):
        assert auditor.post(path + action).status_code == 403


def test_duplicates_are_suggested_merged_and_unmerged(ann: Person, desk: WebDesk) -> None:
    number = desk.mail()
    mails = made(ann, name="M. Lopes", email="m@home.test", phone="020 7946 0958")
    ann.get("/contacts?q=maria")
    maria = re.search(r'href="(/contacts/[0-9a-f-]{36})"', ann.get("/contacts?q=maria").text)
    assert maria
    ann.get(f"{maria[1]}/edit")
    ann.post(f"{maria[1]}/phones", phone="0044 20 7946 0958".replace("0044 20", "020"))
    page = ann.get(maria[1]).text
    assert "Perhaps the same person as" in page
    assert "same phone" in page
    into = mails.rpartition("/")[2]
    preview = ann.get(f"{maria[1]}/merge?into={into}").text
    assert re.search(r"<b>1</b> ticket<", preview)
    assert ann.post(f"{maria[1]}/merge", into=into, reason="same person").status_code == 303
    merged = ann.get(mails).text
    assert number in merged
    assert "same person" in merged
    assert ann.get(maria[1]).location == mails
    undo = re.search(r'action="(/merges/[^"]+)"', merged)
    assert undo
    assert ann.post(undo[1]).location == maria[1]
    assert number in ann.get(maria[1]).text
    assert number not in ann.get(mails).text
    assert ann.post(undo[1]).status_code == 409


def test_a_contact_into_itself_is_refused(ann: Person) -> None:
    path = made(ann, name="Joe", email="joe@acme.test")
    assert "Nobody fits" in ann.get(f"{path}/merge?q=nobody").text
    assert ann.get(f"{path}/merge?into={path.rpartition('/')[2]}").status_code == 422
    refused = ann.post(f"{path}/merge", into=path.rpartition("/")[2])
    assert refused.status_code == 422


def test_an_organisation_gathers_its_people_and_their_tickets(ann: Person, desk: WebDesk) -> None:
    path = made(ann, "/organisations/new", name="Acme", domains="acme.example\nacme.test", notes="Pays late", vip="1")
    number = desk.mail()
    page = ann.get(path).text
    for words in ("acme.example, acme.test", "Pays late", "Maria Lopes", number, "VIP"):
        assert words in page
    assert "Acme" in ann.get("/organisations?q=acme.test").text
    assert "None fits" in ann.get("/organisations?q=zzz").text
    ann.get("/organisations/new")
    refused = ann.post("/organisations/new", name="Beta", domains="acme.test")
    assert refused.status_code == 422
    assert "acme.test belongs to Acme" in refused.text
    assert ann.post(f"{path}/edit", name="Acme Corp", domains="acme.example").status_code == 303
    assert "Acme Corp" in ann.get(path).text


def test_a_download_holds_no_formula(ann: Person) -> None:
    made(ann, name='=HYPERLINK("https://evil.test")', email="joe@acme.test")
    made(ann, name="@SUM(A1)", email="ann@acme.test")
    answer = ann.get("/contacts.csv")
    assert answer.mimetype == "text/csv"
    assert "\"'=HYPERLINK(" in answer.text
    assert "\n'@SUM(A1)," in answer.text
