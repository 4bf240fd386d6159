"""A CRM that answers in JSON: GET url?since=…&page=… with a bearer token, one page at a time.

The answer is `{"items": [{…}, …], "next": "token of the next page, or null", "since": "where the next run begins"}`;
where it names no `since`, the next run begins with the moment this one began (RFC 3339).
"""

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from app import outward
from app.crm.connectors import LONGEST, Fetched, Order, Unusable
from app.crm.record import FIELDS, Record, Unreadable, read
from app.errors import Unreachable

MOST_ITEMS = 1_000
PAGE_SIZE = 500
_ABSENT = object()


class HttpJson:
    """Reads one page by HTTP."""

    def page(self, order: Order) -> Fetched:
        """Return the page behind a cursor; raise Unreachable for 429 and 5xx."""
        headers = {"Accept": "application/json"}
        if order.token:
            headers["Authorization"] = f"Bearer {order.token}"
        answer = outward.get(_address(order), headers)
        if answer.status == 429 or answer.status >= 500:
            raise Unreachable(f"The CRM answered {answer.status}.")
        if answer.status != 200:
            raise Unusable(_refusal(answer.status))
        body = _parsed(answer.body)
        items = body.get("items")
        if not isinstance(items, list):
            raise Unusable("The answer holds no list “items”.")
        if len(items) > MOST_ITEMS:
            raise Unusable(f"A page holds more than {MOST_ITEMS:,} items.")
        following, since = _word(body, "next"), _word(body, "since")
        if following and following == order.cursor:
            raise Unusable("The CRM names the same page as the next one again.")
        records = [_record(order.row + n, item, order.mapping) for n, item in enumerate(items, 1)]
        return Fetched(records, following, since or order.began)


def _refusal(status: int) -> str:
    if status in (401, 403):
        return f"The CRM does not accept the token ({status})."
    if 300 <= status < 400:
        return f"The CRM sends elsewhere ({status}); enter the address it really answers at."
    return f"The CRM answered {status}."


def _address(order: Order) -> str:
    parts = urlsplit(order.url)
    asked = {"page_size": str(PAGE_SIZE), "since": order.since, "page": order.cursor}
    query = [*parse_qsl(parts.query, keep_blank_values=True), *((key, value) for key, value in asked.items() if value)]
    return urlunsplit(parts._replace(query=urlencode(query), fragment=""))


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Unusable("The answer is no JSON.") from None
    if not isinstance(found, dict):
        raise Unusable("The answer is no JSON object.")
    return found


def _word(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if value is None or value is False:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > LONGEST:
        raise Unusable(f"“{name}” must be a text of at most {LONGEST} characters.")
    return str(value)


def _record(row: int, item: Any, mapping: dict[str, str]) -> Record | Unreadable:
    if not isinstance(item, dict):
        return Unreadable(row, "", "It is no JSON object.")
    found = {field: _at(item, mapping.get(field) or field) for field in FIELDS}
    return read(row, {field: value for field, value in found.items() if value is not _ABSENT})


def _at(item: dict[str, Any], path: str) -> Any:
    """Return what stands at `properties.email`, or _ABSENT."""
    found: Any = item
    for part in path.split("."):
        if not isinstance(found, dict) or part not in found:
            return _ABSENT
        found = found[part]
    return found
