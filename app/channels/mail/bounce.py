"""Whether a mail is a delivery report: by structure (RFC 3464) or by several signs together, never by words alone."""

import re

from app.channels.mail.delivery import failed_in_words
from app.channels.mail.letter import Letter
from app.channels.mail.wording import BOUNCE_PHRASE, BOUNCE_SUBJECT, REPLIED, RETURNED_COPY, SMTP_REFUSAL

_LOOK = 6_000
_DAEMONS = re.compile(
    r"(?:mailer|mail|mta|smtp|mailserver)?[-_. ]?daemon|mdaemon|mailer[-_]?daemon\S*|mail[-_]?delivery|mailer"
)
_DAEMON_NAMES = re.compile(
    r"(?i)mail(?:er)?[- ]?daemon|mail deliver(?:y|er)? (?:sub)?system|mail delivery (?:service|agent)|mail system"
    r"|delivery (?:sub)?system|interscan|internet mail (?:delivery|service)|system attendant|mail administrator"
    r"|system ?administrator|administrador del sistema|administrateur syst|automated response from"
)
# Nobody is called so, whatever the address behind it.
_ONLY_DAEMONS = re.compile(r"(?i)mail delivery (?:sub)?system|mailer[- ]daemon")
_POSTMASTERS = re.compile(r"post[-_]?master\S*|sys[-_]?admin\w*|system\w*|mail[-_]?admin\w*|microsoftexchange\w*")
_ROLES = re.compile(
    r"admin(?:istrator)?|no[-_]?reply\S*|do[-_]?not[-_]?reply\S*|smtp|bounces?|notifications?|root|exchange"
    r"|mailgateway|info-?mail|mms\S*"
)
_MACHINES = re.compile(
    r"smtp|gateway|gw\d|virus|imss|mail[-_.]?(?:service|scan|filter|server|system)|spam[-_.]?f|\bmta\b"
)
_GATEWAYS = re.compile(
    r"internet mail service|internet mail connector|<?smtp32|groupwise internet agent|mailmarshal|mailsweeper"
)
_PERSONAL = ("user-agent", "x-originating-ip", "thread-index", "x-gm-message-state", "in-reply-to", "references")


def is_bounce(letter: Letter) -> bool:
    """Whether a mail system says that a mail was not delivered, is late, or has arrived."""
    if _is_standard(letter):
        return True
    daemon = _is_daemon(letter)
    if not daemon and REPLIED.match(letter.subject):
        return False
    needed = _needed(letter, daemon)
    return needed is not None and _content_sign(letter, needed) >= needed


def _is_standard(letter: Letter) -> bool:
    """A report by structure: the machine-readable part right inside a multipart/report, or the whole mail."""
    if letter.root.content_type == "message/delivery-status" or letter.report_type == "delivery-status":
        return True
    inside = letter.parts_of("message/delivery-status", "message/global-delivery-status")
    return letter.is_report and any(part.parent == 0 for part in inside)


def _is_daemon(letter: Letter) -> bool:
    back = (letter.return_path or "").lower().partition("@")[0]
    spoken = re.sub(r"[-._]", " ", letter.local).strip('"')
    named = bool(_DAEMON_NAMES.search(letter.sender.name)) and _is_role(letter.local)
    return (
        named
        or bool(_DAEMONS.fullmatch(letter.local) or _DAEMONS.fullmatch(back))
        or bool(_ONLY_DAEMONS.fullmatch(letter.sender.name) or _DAEMON_NAMES.fullmatch(spoken))
        or "x-failed-recipients" in letter.headers
    )


def _is_role(local: str) -> bool:
    return not local or any(roles.fullmatch(local) for roles in (_POSTMASTERS, _ROLES, _DAEMONS))


def _needed(letter: Letter, daemon: bool) -> int | None:
    """How much its content must show, the less the surer the sender is a mail system; None when a person wrote it."""
    if daemon or "x-ms-embedded-report" in letter.headers:
        return 2
    if letter.return_path == "" or "<>" in letter.headers.get("from"):
        return 3
    if any(name in letter.headers for name in _PERSONAL):
        return None
    if _POSTMASTERS.fullmatch(letter.local) or _GATEWAYS.search(letter.says("x-mailer")):
        return 4
    if _MACHINES.search(letter.local):
        return 5
    # Parcel services speak of deliveries too, so such senders must name a mail's failed recipient or return a mail.
    automatic = letter.says("auto-submitted").startswith(("auto-replied", "auto-generated"))
    return 6 if automatic or _ROLES.fullmatch(letter.local) else None


def _content_sign(letter: Letter, needed: int) -> int:
    top = "\n".join(line for line in letter.text[:_LOOK].split("\n") if not line.lstrip().startswith(">"))
    signs = 2 * bool(BOUNCE_SUBJECT.match(letter.subject)) + 2 * bool(BOUNCE_PHRASE.search(top))
    signs += bool(SMTP_REFUSAL.search(top)) + 3 * bool(letter.parts_of("message/delivery-status"))
    signs += bool(RETURNED_COPY.search(top) or letter.parts_of("message/rfc822", "text/rfc822-headers"))
    # The library reads the whole message for forty forms, so it is asked only where its answer can decide.
    return signs + 2 if needed - 2 <= signs < needed and failed_in_words(letter) else signs
