"""A process owner adds a row to the routing table, and the next mail goes where it says, whichever worker takes it."""

import subprocess
import sys
from dataclasses import replace

import pytest
from installation import ROOT, Installation, letter

from app.engine import sheets

BOTH = ["embedded", pytest.param("distributed", marks=[pytest.mark.postgres, pytest.mark.redis])]
TABLE = "/api/v1/processes/routing"
SETTING_UP = """
from app import create_app, departments, people, relay
with create_app(doors=False).app_context():
    olga = people.add("olga@desk.example", "Olga Owner", "owner", by="cli")
    sam = people.add("sam@desk.example", "Sam Seller", "agent", by="cli")
    departments.add("sales", "Sales", members=[sam], by="cli")
    departments.join(departments.default(), olga, by="cli")
    print(people.tokens.create(olga, by="cli"))
    relay.commit()
"""


@pytest.mark.parametrize("setup", BOTH)
def test_a_new_row_in_the_routing_table_routes_the_next_mail(setup: str, request: pytest.FixtureRequest) -> None:
    ready: Installation = request.getfixturevalue(setup)
    made = subprocess.run(
        [sys.executable, "-c", SETTING_UP], env=ready.env(), cwd=ROOT, check=True, capture_output=True, text=True
    )
    desk = replace(ready, token=made.stdout.strip())
    before = arrives(desk, "Espresso for forty people")
    add_row(desk)
    after = arrives(desk, "Espresso for eighty people")
    assert (before["department"], after["department"]) == ("support", "sales")
    desk.until(lambda: found(desk, after["number"])["assignee"] == "sam@desk.example", "Sam has it")
    ruled, given, *_ = desk.get(f"/api/v1/tickets/{after['number']}/dispatches")["items"]
    assert (ruled["rule"], ruled["chosen"]) == ("Espresso is for Sales", "department:sales")
    assert (given["chosen"], [one["name"] for one in given["candidates"]]) == ("sam@desk.example", ["Sam Seller"])


def arrives(desk: Installation, subject: str) -> dict[str, str]:
    """Send a mail and return its ticket as it is once it was filed."""
    text = "Hello,\n\nyour invoice 6711 charges us twice for the licence. Please send a corrected one.\n\nCarla"
    desk.send_mail(letter("Carla <carla@roast.example>", "support@flowdesk.localhost", subject, text))
    [made] = desk.until(lambda: desk.get(f"/api/v1/tickets?q={subject.split()[2]}")["items"], "the mail is a ticket")
    number = str(made["number"])
    desk.until(lambda: desk.get(f"/api/v1/tickets/{number}/dispatches")["items"], "it is filed")
    return found(desk, number)


def found(desk: Installation, number: str) -> dict[str, str]:
    answer: dict[str, str] = desk.get(f"/api/v1/tickets/{number}?messages=0")
    return answer


def add_row(desk: Installation) -> None:
    """Put a row on top of the table in force, as the page of rules does."""
    _, xml = desk.request("GET", f"{TABLE}/xml")
    xml = xml.decode() if isinstance(xml, bytes) else str(xml)
    sheet = sheets.read(xml)
    row = replace(
        sheet.blank(),
        tests=("-", "-", 'contains_any(?, ["espresso"])', "-"),
        answers=('"sales"', "true", '"Espresso is for Sales"'),
    )
    body = {"xml": sheets.write(xml, replace(sheet, rows=(row, *sheet.rows))), "note": "Espresso is for Sales"}
    status, answer = desk.request("POST", f"{TABLE}/versions", body)
    assert status == 201, answer
