"""Time the list and the search of contacts at a million of them: python bench/contacts.py [MANY].

On SQLite and then on PostgreSQL. A search looks into names, addresses and organisations with LIKE '%word%', which no
plain index answers: what is rare or not there costs a look at every row. Each figure is the median of five.
"""

import statistics
import sys
import time
from collections.abc import Callable

from _desk import desk
from _servers import postgres
from _told import tell
from sqlalchemy import text

from app import contacts
from app.db import db

TIMES = 5
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count) "
FILL = (
    "INSERT INTO organisation (id, public_id, name, notes, vip) SELECT n, 'o' || n, 'Company ' || n, '', {no}"
    " FROM numbers WHERE n <= 10000",
    "INSERT INTO contact (id, public_id, name, organisation_id, vip, notes, language, product, may_request_changes,"
    " created_at) SELECT n, 'c' || n, 'Person ' || n, n % 10000 + 1, {no}, '', '', '', {no}, CURRENT_TIMESTAMP"
    " FROM numbers",
    "INSERT INTO contact_email (email, contact_id, created_at)"
    " SELECT 'person' || n || '@company' || (n % 10000 + 1) || '.example', n, CURRENT_TIMESTAMP FROM numbers",
)
ASKED = {"the list": "", "a word many have": "person", "a rare word": "person777123", "a word nobody has": "zyxwv"}


def main() -> None:
    """Print the figures."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    measure("SQLite", {}, many)
    with postgres() as server:
        measure("PostgreSQL", {"FLOWDESK_DATABASE_URL": server.create(), "FLOWDESK_SECRET_KEY": "s" * 40}, many)


def measure(name: str, environment: dict[str, str], many: int) -> None:
    """Fill a desk with contacts and look for some."""
    with desk(**environment):
        no = "0" if name == "SQLite" else "false"
        for statement in FILL:
            count = {"count": max(many, 10_000) if "numbers WHERE" in statement else many}
            insert, _, rest = statement.partition(" SELECT ")
            whole = f"{insert} {NUMBERS}SELECT {rest}" if name == "PostgreSQL" else f"{NUMBERS}{statement}"
            db.session.execute(text(whole.format(no=no)), count)
        db.session.commit()
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        for what, q in ASKED.items():
            tell(f"{name}, {many:,} contacts: {what}", f"{seconds(lambda q=q: contacts.search(q)) * 1000:.0f} ms")
        address = "person777@company778.example"
        tell(f"{name}, {many:,} contacts: by address", f"{seconds(lambda: contacts.by_email(address)) * 1000:.1f} ms")


def seconds(look: Callable[[], object]) -> float:
    """Return the median time of a look."""
    took = []
    for _ in range(TIMES):
        db.session.rollback()
        begun = time.perf_counter()
        look()
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


if __name__ == "__main__":
    main()
