"""Mails that may not have arrived: one box, where a person decides about each."""

import re

from web_desk import WebDesk

from app.db import db


def test_mails_in_doubt_are_one_box_where_each_is_decided(desk: WebDesk, ann):
    number = desk.mail()
    ann.post(f"/tickets/{number}/reply", body="Hello.")
    desk.work()
    with desk.flask.app_context():
        db.session.execute(db.text("UPDATE outgoing SET state = 'unknown', error = 'The line broke.'"))
        db.session.execute(db.text("UPDATE message SET delivery = 'unknown' WHERE direction = 'out'"))
        db.session.commit()
    letter = desk.ask("SELECT public_id FROM outgoing")
    assert re.search(r"Mailbox</span><span class=.count. data-tone=.amber.>1<", ann.get("/").text)
    page = ann.get(f"/mailbox/doubt/{letter}").text
    assert "The line broke." in page and "It arrived" in page
    assert "It arrived" not in desk.person("auditor").get(f"/mailbox/doubt/{letter}").text
    assert desk.person("auditor").post(f"/mailbox/doubt/{letter}/delivery", outcome="again").status_code == 403
    assert ann.post(f"/mailbox/doubt/{letter}/delivery", outcome="arrived").status_code == 303
    assert desk.ask("SELECT state FROM outgoing") == "sent"
    assert "Nothing is in doubt" in ann.get("/mailbox/doubt").text
