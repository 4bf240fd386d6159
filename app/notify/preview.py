"""A template as its receiver would see it, with believable words put in."""

from datetime import timedelta

from app import clock, desk
from app.channels.mail import compose
from app.channels.mail.compose import Outgoing as Letter
from app.channels.outbox import Outgoing
from app.config import settings
from app.db import new_public_id
from app.departments.department import Department
from app.notify import calendar_words, looks, occasions, posting, texts
from app.people.agent import Agent

_SUBJECTS = {
    "en": "My invoice of March",
    "de": "Meine Rechnung vom März",
    "fr": "Ma facture de mars",
    "es": "Mi factura de marzo",
    "pt": "A minha fatura de março",
}
_REPLIES = {
    "en": "Hello Maria,\n\nyou are right, we charged you twice. The money is on its way back.\n\nKind regards",
    "de": "Guten Tag Maria,\n\nSie haben recht, wir haben doppelt abgebucht. Das Geld kommt zurück.\n\nViele Grüße",
    "fr": "Bonjour Maria,\n\nvous avez raison, nous avons débité deux fois. L’argent revient.\n\nCordialement",
    "es": "Hola María:\n\ntiene razón, le cobramos dos veces. El dinero está de vuelta.\n\nUn saludo",
    "pt": "Olá Maria,\n\ntem razão, cobrámos duas vezes. O dinheiro está a caminho.\n\nCumprimentos",
}


def letter(agent: Agent, department: Department, occasion: str, language: str, text: texts.Text) -> Letter:
    """Return a mail to a colleague that says what a customer would read."""
    known, spoken = occasions.occasion(occasion), texts.spoken_in(language)
    values = {name: value for name, value in _sample(agent, department, known, spoken).items() if name in known.names}
    return posting.letter_to(
        agent,
        department,
        subject=looks.line(text.subject, values, 998),
        body=looks.rendered(text.body, values),
        about=f"template:{known.key}",
        language=spoken,
        footer="" if known.key == "reply" else texts.footer(spoken),
    )


def raw(letter: Letter) -> bytes:
    """Return the bytes that would be sent."""
    return compose.compose(letter)


def send(letter: Letter) -> Outgoing:
    """Keep a mail for trying a template out; each is one of its own."""
    return posting.to_agent(letter, f"template:{new_public_id()}")


def _sample(agent: Agent, department: Department, occasion: occasions.Occasion, language: str) -> dict[str, str]:
    return {
        "name": "Maria",
        "number": f"{desk.PREFIX.get()}0042",
        "desk": desk.NAME.get(),
        "department": department.name,
        "subject": _SUBJECTS[language],
        "agent": agent.name,
        "reply": _REPLIES[language],
        "stars": texts.stars(language, f"{settings().public_url}/rate/example"),
        "opens": calendar_words.said((clock.now() + timedelta(days=2)).replace(hour=9, minute=0), language),
        "stage": occasions.stages().get(occasion.key.removeprefix(occasions.STAGE), ""),
    }
