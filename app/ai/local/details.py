"""What an agent needs to know before helping, and whether the customer already said it."""

import re

from app.ai.local.words import fold

_ASKED = 3
_WANTED: dict[str, tuple[str, ...]] = {
    "billing": ("invoice", "amount"),
    "access": ("user", "error", "since"),
    "hardware": ("device", "since", "place"),
    "software": ("version", "error", "steps"),
    "network": ("place", "since", "others"),
    "delivery": ("order", "address", "photo"),
    "complaint": ("expect",),
}
_DAMAGE = re.compile(
    r"damag|broken|crush|pieces|soak|beschadig|kaputt|zerbroch|endommag|casse|danad|roto|rota|danific|quebr"
)
_GIVEN: dict[str, re.Pattern[str]] = {
    "invoice": re.compile(r"\d{5,}|\d{2,}[-/]\d+|(?:invoice|rechnung|facture?|fatura)\D{0,12}\d{2,}"),
    "amount": re.compile(r"[€$£]|\d[.,]\d\d\b|\b(?:eur|euros?|usd|gbp|dollars?|pounds?|reais)\b"),
    "order": re.compile(r"\d{5,}|(?:order|bestell\w*|commande|pedido|encomenda)\D{0,12}\d{3,}"),
    "device": re.compile(
        r"\b(?:hp|dell|lenovo|thinkpad|macbook|imac|brother|epson|canon|samsung|asus|acer|logitech|iphone|ipad|surface"
        r"|kyocera|xerox|lexmark|ricoh|jabra|fujitsu|huawei|xiaomi)\b"
    ),
    "since": re.compile(
        r"\b(?:since|seit|depuis|desde|yesterday|gestern|hier|ayer|ontem|today|heute|aujourd|hoy|hoje|monday|tuesday"
        r"|wednesday|thursday|friday|this morning|last (?:week|night)|montag|dienstag|mittwoch|donnerstag|freitag)\b"
    ),
    "place": re.compile(
        r"\b(?:\w*floor|room|office|building|home|homeoffice|\w*etage|\w*raum|\w*buro|filiale|zu hause|bureau"
        r"|salle|agence"
        r"|oficina|planta|sala|casa|sede|escritorio|andar|loja)\b"
    ),
    "others": re.compile(
        r"\b(?:everyone|everybody\w*|nobody|colleagues?|team|only me|alle|niemand|keiner|kolleg\w*|nur ich"
        r"|tout le monde"
        r"|personne|collegues?|equipe|todos|nadie|companeros?|ninguem|colegas?)\b"
    ),
    "error": re.compile(
        r"[\"“„«][^\"”“»]{4,}|0x[0-9a-f]{3,}|\b[45]\d\d\b|screenshot|attached|anhang|bildschirmfoto|capture"
    ),
    "version": re.compile(r"\b\d+\.\d+|windows|macos|android|\bios\b|chrome|firefox|safari|\bedge\b|linux"),
    "steps": re.compile(
        r"\b(?:when(?:ever)?|every time|after|since|wenn|sobald|beim|nach|quand|lorsque|cuando|quando|ao)\b"
    ),
    "user": re.compile(r"@|\b[a-z]\.[a-z]{2,}\b"),
}


def missing(category: str, text: str) -> list[str]:
    """Return the names of at most three details that are typical for the category and not in the text."""
    said = fold(text)
    wanted = _WANTED.get(category, ("more",))
    asked = [name for name in wanted if name not in _GIVEN or not _GIVEN[name].search(said)]
    if not _DAMAGE.search(said):
        asked = [name for name in asked if name != "photo"]
    return asked[:_ASKED]
