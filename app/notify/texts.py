"""What automatic mails say, by language; English where we do not speak the customer's."""

from typing import TypeVar

_Said = TypeVar("_Said")
_RECEIVED = {
    "en": "We have your message ({number})",
    "de": "Ihre Nachricht ist angekommen ({number})",
    "fr": "Nous avons bien reçu votre message ({number})",
    "es": "Hemos recibido su mensaje ({number})",
    "pt": "Recebemos a sua mensagem ({number})",
}
_ACKNOWLEDGEMENT = {
    "en": (
        "Hello{name},\n\nthank you for writing to us. Your message has arrived; its number is **{number}**. "
        "One of us will read it and answer you.\n\nIf you want to add something, just answer this mail."
    ),
    "de": (
        "Guten Tag{name},\n\nvielen Dank für Ihre Nachricht. Sie ist bei uns angekommen, hat die Nummer **{number}**, "
        "und ein Mensch wird sie lesen.\n\nWenn Sie etwas ergänzen möchten, antworten Sie einfach auf diese Mail."
    ),
    "fr": (
        "Bonjour{name},\n\nmerci pour votre message. Nous l’avons bien reçu sous le numéro **{number}**, "
        "et une personne va le lire.\n\nPour ajouter quelque chose, répondez simplement à ce mail."
    ),
    "es": (
        "Hola{name}:\n\ngracias por su mensaje. Lo hemos recibido con el número **{number}** "
        "y una persona lo leerá.\n\nSi quiere añadir algo, responda a este correo."
    ),
    "pt": (
        "Olá{name},\n\nobrigado pela sua mensagem. Recebemo-la com o número **{number}** "
        "e uma pessoa vai lê-la.\n\nPara acrescentar algo, basta responder a este e-mail."
    ),
}
_SURVEY = {
    "en": (
        "Hello{name},\n\n{again}we marked your request “{subject}” as solved. How did we do?\n\n{stars}\n\n"
        "If it is not solved, just answer this mail and we go on."
    ),
    "de": (
        "Guten Tag{name},\n\n{again}wir haben Ihre Anfrage „{subject}“ als gelöst markiert. Wie zufrieden sind Sie?\n\n"
        "{stars}\n\nFalls sie nicht gelöst ist, antworten Sie einfach auf diese Mail, und wir machen weiter."
    ),
    "fr": (
        "Bonjour{name},\n\n{again}nous avons marqué votre demande « {subject} » comme résolue. "
        "Qu’en pensez-vous ?\n\n{stars}\n\nSi ce n’est pas résolu, répondez à ce mail et nous continuons."
    ),
    "es": (
        "Hola{name}:\n\n{again}hemos marcado su solicitud «{subject}» como resuelta. ¿Qué tal lo hicimos?\n\n"
        "{stars}\n\n"
        "Si no está resuelta, responda a este correo y seguimos."
    ),
    "pt": (
        "Olá{name},\n\n{again}marcámos o seu pedido “{subject}” como resolvido. Como correu?\n\n{stars}\n\n"
        "Se não estiver resolvido, responda a este e-mail e continuamos."
    ),
}
_DELIVERED = {
    "en": (
        "Hello {{ name }},\n\nwhat you asked for in “{{ subject }}” is done.\n\n{{ answer }}\n\n"
        "If anything is missing, just answer this mail."
    ),
    "de": (
        "Guten Tag {{ name }},\n\nworum Sie in „{{ subject }}“ gebeten haben, ist erledigt.\n\n{{ answer }}\n\n"
        "Falls etwas fehlt, antworten Sie einfach auf diese Mail."
    ),
    "fr": (
        "Bonjour {{ name }},\n\nce que vous aviez demandé dans « {{ subject }} » est fait.\n\n{{ answer }}\n\n"
        "S’il manque quelque chose, répondez simplement à ce mail."
    ),
    "es": (
        "Hola {{ name }}:\n\nlo que pidió en «{{ subject }}» está hecho.\n\n{{ answer }}\n\n"
        "Si falta algo, responda a este correo."
    ),
    "pt": (
        "Olá {{ name }},\n\no que pediu em “{{ subject }}” está feito.\n\n{{ answer }}\n\n"
        "Se faltar alguma coisa, basta responder a este e-mail."
    ),
}
LANGUAGES = tuple(_DELIVERED)
_AGAIN = {
    "en": "a short reminder: ",
    "de": "eine kurze Erinnerung: ",
    "fr": "un petit rappel : ",
    "es": "un breve recordatorio: ",
    "pt": "um breve lembrete: ",
}
_FOOTER = {
    "en": "Sent automatically. Your answer is read by a person.",
    "de": "Automatisch versandt. Ihre Antwort liest ein Mensch.",
    "fr": "Envoyé automatiquement. Votre réponse sera lue par une personne.",
    "es": "Enviado automáticamente. Su respuesta la leerá una persona.",
    "pt": "Enviado automaticamente. A sua resposta será lida por uma pessoa.",
}
_STARS = {
    "en": ("Excellent", "Good", "Okay", "Not good", "Bad"),
    "de": ("Ausgezeichnet", "Gut", "In Ordnung", "Nicht gut", "Schlecht"),
    "fr": ("Excellent", "Bien", "Correct", "Pas terrible", "Mauvais"),
    "es": ("Excelente", "Bien", "Normal", "Regular", "Mal"),
    "pt": ("Excelente", "Bem", "Razoável", "Menos bem", "Mal"),
}


def received(language: str, *, number: str) -> str:
    """Return the subject of “we have it”."""
    return _in(_RECEIVED, language).format(number=number)


def acknowledgement(language: str, *, name: str, number: str) -> str:
    """Return the Markdown of “we have it”."""
    return _in(_ACKNOWLEDGEMENT, language).format(name=_called(name), number=number)


def footer(language: str) -> str:
    """Return what stands below an automatic mail."""
    return _in(_FOOTER, language)


def survey(language: str, *, name: str, subject: str, link: str, reminder: bool) -> str:
    """Return the Markdown of “how did we do?” with one line per star; the link only opens a page."""
    labels = _in(_STARS, language)
    stars = "\n".join(
        f"- [{'★' * score}{'☆' * (5 - score)}  {label}]({link}?score={score})"
        for score, label in zip(range(5, 0, -1), labels, strict=True)
    )
    again = _in(_AGAIN, language) if reminder else ""
    return _in(_SURVEY, language).format(name=_called(name), again=again, subject=plain(subject), stars=stars)


def delivered(language: str) -> str:
    """Return the Markdown of “it is done”, with its places still open."""
    return _in(_DELIVERED, language)


def plain(text: str) -> str:
    """Return the customer's own text so that it does not become markup of our mail."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>&~" else c for c in text)


def _in(table: dict[str, _Said], language: str) -> _Said:
    return table.get(language, table["en"])


def _called(name: str) -> str:
    return f" {name}" if name else ""
