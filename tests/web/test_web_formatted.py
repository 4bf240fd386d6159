from web_desk import WebDesk

from app import intake, relay

EVIL = (
    '<script>alert(1)</script><img src="https://evil.example/pixel.gif" onerror="alert(2)">'
    '<form action="https://evil.example"><input name="password"></form>'
    '<a href="javascript:alert(3)">click</a><iframe src="https://evil.example"></iframe><b>bold</b>'
)


def _original(desk: WebDesk) -> str:
    desk.mail("Formatted", EVIL)
    return f"/messages/{desk.ask('SELECT public_id FROM message WHERE html IS NOT NULL')}/html"


def test_the_html_of_a_mail_is_cleaned_and_caged(desk: WebDesk, ann):
    answer = ann.get(_original(desk))
    assert "<b>bold</b>" in answer.text
    for harm in ("<script", "onerror", "<form", "<input", "javascript:", "<iframe", "evil.example/pixel"):
        assert harm not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "img-src data:;" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_remote_images_come_only_when_somebody_asks(desk: WebDesk, ann):
    answer = ann.get(f"{_original(desk)}?images=1")
    assert "https://evil.example/pixel.gif" in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "onerror" not in answer.text


def test_the_mailbox_shows_what_came_in_and_gives_back_the_very_bytes(desk: WebDesk, ann):
    desk.mail()
    raw = desk.ask("SELECT public_id FROM raw_message")
    assert "Maria Lopes" in ann.get("/mailbox/incoming").text
    answer = ann.get(f"/mailbox/incoming/{raw}/raw")
    assert answer.data.startswith(b"From: Maria Lopes <maria@acme.example>\r\n")
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{raw}.eml"'


def test_the_mailbox_shows_what_the_desk_sent(desk: WebDesk, ann):
    number = desk.mail()
    ann.post(f"/tickets/{number}/reply", body="It is **mended**.")
    desk.work()
    sent = desk.ask("SELECT public_id FROM outgoing WHERE reference LIKE 'message:%'")
    assert "maria@acme.example" in ann.get(f"/mailbox/sent/{sent}").text
    assert "mended" in ann.get(f"/mailbox/sent/{sent}/html").text


def test_a_mail_nobody_understands_waits_in_the_quarantine(desk: WebDesk, ann):
    with desk.flask.app_context():
        intake.quarantine(intake.keep_mail(b"\x00\xff no mail at all", source="smtp"), "It names no sender.")
        relay.commit()
    page = ann.get("/mailbox/quarantine").text
    assert "quarantined" in page
    raw = desk.ask("SELECT public_id FROM raw_message WHERE state = 'quarantined'")
    assert "It names no sender." in ann.get(f"/mailbox/quarantine/{raw}").text
    assert ann.client.get(f"/mailbox/quarantine/{raw}/raw").data == b"\x00\xff no mail at all"
