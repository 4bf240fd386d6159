"""What mails to customers say unless somebody wrote a template, by occasion and language."""

from dataclasses import dataclass

LANGUAGES = ("en", "de", "fr", "es", "pt")
_RE = "Re: {{ subject }}"


@dataclass(frozen=True, slots=True)
class Text:
    """A subject and a body in Markdown, with look-ups."""

    subject: str
    body: str


_HELLO = {
    "en": "Hello {{ name }},",
    "de": "Guten Tag {{ name }},",
    "fr": "Bonjour {{ name }},",
    "es": "Hola {{ name }}:",
    "pt": "Olá {{ name }},",
}
_RECEIVED = {
    "en": "We have your message ({{ number }})",
    "de": "Ihre Nachricht ist angekommen ({{ number }})",
    "fr": "Nous avons bien reçu votre message ({{ number }})",
    "es": "Hemos recibido su mensaje ({{ number }})",
    "pt": "Recebemos a sua mensagem ({{ number }})",
}
_ARRIVED = {
    "en": "thank you for writing to us. Your message has arrived; its number is **{{ number }}**.",
    "de": "vielen Dank für Ihre Nachricht. Sie ist bei uns angekommen, hat die Nummer **{{ number }}**,",
    "fr": "merci pour votre message. Nous l’avons bien reçu sous le numéro **{{ number }}**,",
    "es": "gracias por su mensaje. Lo hemos recibido con el número **{{ number }}**",
    "pt": "obrigado pela sua mensagem. Recebemo-la com o número **{{ number }}**",
}
_READ = {
    "en": "One of us will read it and answer you.",
    "de": "und ein Mensch wird sie lesen.",
    "fr": "et une personne va le lire.",
    "es": "y una persona lo leerá.",
    "pt": "e uma pessoa vai lê-la.",
}
_OPENS = {
    "en": "Our desk is closed just now. We are back on **{{ opens }}**, and one of us will read it then.",
    "de": "und ein Mensch wird sie lesen. Gerade ist bei uns geschlossen; wir sind ab **{{ opens }}** wieder da.",
    "fr": "et une personne va le lire. Nous sommes fermés en ce moment et de retour **{{ opens }}**.",
    "es": "y una persona lo leerá. Ahora estamos cerrados; volvemos el **{{ opens }}**.",
    "pt": "e uma pessoa vai lê-la. Neste momento estamos fechados; voltamos **{{ opens }}**.",
}
_ADD = {
    "en": "If you want to add something, just answer this mail.",
    "de": "Wenn Sie etwas ergänzen möchten, antworten Sie einfach auf diese Mail.",
    "fr": "Pour ajouter quelque chose, répondez simplement à ce mail.",
    "es": "Si quiere añadir algo, responda a este correo.",
    "pt": "Para acrescentar algo, basta responder a este e-mail.",
}
_SOLVED = {
    "en": "we marked your request “{{ subject }}” as solved.",
    "de": "wir haben Ihre Anfrage „{{ subject }}“ als gelöst markiert.",
    "fr": "nous avons marqué votre demande « {{ subject }} » comme résolue.",
    "es": "hemos marcado su solicitud «{{ subject }}» como resuelta.",
    "pt": "marcámos o seu pedido “{{ subject }}” como resolvido.",
}
_HOW = {
    "en": "How did we do?",
    "de": "Wie zufrieden sind Sie?",
    "fr": "Qu’en pensez-vous ?",
    "es": "¿Qué tal lo hicimos?",
    "pt": "Como correu?",
}
_NOT_SOLVED = {
    "en": "If it is not solved, just answer this mail and we go on.",
    "de": "Falls sie nicht gelöst ist, antworten Sie einfach auf diese Mail, und wir machen weiter.",
    "fr": "Si ce n’est pas résolu, répondez à ce mail et nous continuons.",
    "es": "Si no está resuelta, responda a este correo y seguimos.",
    "pt": "Se não estiver resolvido, responda a este e-mail e continuamos.",
}
_AGAIN = {
    "en": "a short reminder: ",
    "de": "eine kurze Erinnerung: ",
    "fr": "un petit rappel : ",
    "es": "un breve recordatorio: ",
    "pt": "um breve lembrete: ",
}
_NEWS = {
    "en": "News about your request {{ number }}",
    "de": "Neues zu Ihrer Anfrage {{ number }}",
    "fr": "Des nouvelles de votre demande {{ number }}",
    "es": "Novedades sobre su solicitud {{ number }}",
    "pt": "Novidades sobre o seu pedido {{ number }}",
}
_ASSIGNED = {
    "en": "{{ agent }} takes care of your request **{{ number }}** and will write to you.",
    "de": "{{ agent }} kümmert sich um Ihre Anfrage **{{ number }}** und wird Ihnen schreiben.",
    "fr": "{{ agent }} s’occupe de votre demande **{{ number }}** et vous écrira.",
    "es": "{{ agent }} se ocupa de su solicitud **{{ number }}** y le escribirá.",
    "pt": "{{ agent }} está a tratar do seu pedido **{{ number }}** e vai escrever-lhe.",
}
_CANCELLED = {
    "en": "your request “{{ subject }}” ({{ number }}) was cancelled, so we do not work on it any more.",
    "de": "Ihre Anfrage „{{ subject }}“ ({{ number }}) wurde storniert; wir arbeiten nicht weiter daran.",
    "fr": "votre demande « {{ subject }} » ({{ number }}) a été annulée ; nous n’y travaillons plus.",
    "es": "su solicitud «{{ subject }}» ({{ number }}) se ha cancelado y ya no trabajamos en ella.",
    "pt": "o seu pedido “{{ subject }}” ({{ number }}) foi cancelado e já não estamos a tratar dele.",
}
_REJECTED = {
    "en": "we are sorry: we cannot do what you asked for in “{{ subject }}” ({{ number }}).",
    "de": "es tut uns leid: Ihrer Anfrage „{{ subject }}“ ({{ number }}) können wir nicht nachkommen.",
    "fr": "nous sommes désolés : nous ne pouvons pas donner suite à votre demande « {{ subject }} » ({{ number }}).",
    "es": "lo sentimos: no podemos atender su solicitud «{{ subject }}» ({{ number }}).",
    "pt": "lamentamos: não podemos dar seguimento ao seu pedido “{{ subject }}” ({{ number }}).",
}
_WRONG = {
    "en": "If that is not right, just answer this mail; a person reads it.",
    "de": "Falls das nicht stimmt, antworten Sie einfach auf diese Mail; ein Mensch liest sie.",
    "fr": "Si c’est une erreur, répondez simplement à ce mail ; une personne le lira.",
    "es": "Si no es correcto, responda a este correo; lo leerá una persona.",
    "pt": "Se não estiver certo, responda a este e-mail; uma pessoa vai lê-lo.",
}
_STAGE = {
    "en": "your request **{{ number }}** has moved on. It is now: **{{ stage }}**.",
    "de": "bei Ihrer Anfrage **{{ number }}** geht es weiter. Sie steht jetzt auf: **{{ stage }}**.",
    "fr": "votre demande **{{ number }}** avance. Elle est maintenant : **{{ stage }}**.",
    "es": "su solicitud **{{ number }}** avanza. Ahora está en: **{{ stage }}**.",
    "pt": "o seu pedido **{{ number }}** avançou. Está agora em: **{{ stage }}**.",
}
_DONE = {
    "en": "what you asked for in “{{ subject }}” is done.",
    "de": "worum Sie in „{{ subject }}“ gebeten haben, ist erledigt.",
    "fr": "ce que vous aviez demandé dans « {{ subject }} » est fait.",
    "es": "lo que pidió en «{{ subject }}» está hecho.",
    "pt": "o que pediu em “{{ subject }}” está feito.",
}
_MISSING = {
    "en": "If anything is missing, just answer this mail.",
    "de": "Falls etwas fehlt, antworten Sie einfach auf diese Mail.",
    "fr": "S’il manque quelque chose, répondez simplement à ce mail.",
    "es": "Si falta algo, responda a este correo.",
    "pt": "Se faltar alguma coisa, basta responder a este e-mail.",
}
_THANKS = {
    "en": "Thank you for your stars",
    "de": "Danke für Ihre Sterne",
    "fr": "Merci pour vos étoiles",
    "es": "Gracias por sus estrellas",
    "pt": "Obrigado pelas suas estrelas",
}
_THANKED = {
    "en": "thank you for your rating. It made our day.",
    "de": "vielen Dank für Ihre Bewertung. Wir haben uns sehr gefreut.",
    "fr": "merci pour votre évaluation. Elle nous a fait très plaisir.",
    "es": "gracias por su valoración. Nos ha alegrado el día.",
    "pt": "obrigado pela sua avaliação. Ficámos muito contentes.",
}
_FOOTER = {
    "en": "Sent automatically. Your answer is read by a person.",
    "de": "Automatisch versandt. Ihre Antwort liest ein Mensch.",
    "fr": "Envoyé automatiquement. Votre réponse sera lue par une personne.",
    "es": "Enviado automáticamente. Su respuesta la leerá una persona.",
    "pt": "Enviado automaticamente. A sua resposta será lida por uma pessoa.",
}
STARS = {
    "en": ("Excellent", "Good", "Okay", "Not good", "Bad"),
    "de": ("Ausgezeichnet", "Gut", "In Ordnung", "Nicht gut", "Schlecht"),
    "fr": ("Excellent", "Bien", "Correct", "Pas terrible", "Mauvais"),
    "es": ("Excelente", "Bien", "Normal", "Regular", "Mal"),
    "pt": ("Excelente", "Bem", "Razoável", "Menos bem", "Mal"),
}


def default(occasion: str, language: str) -> Text:
    """Return what an occasion's mail says by itself; English where we do not speak the language."""
    spoken = spoken_in(language)
    subject, *parts = _PARTS["stage" if occasion.startswith("stage.") else occasion]
    said = [_HELLO, *parts] if occasion != "reply" else parts
    return Text(_in(subject, spoken), "\n\n".join(_in(part, spoken) for part in said))


def spoken_in(language: str) -> str:
    """Return the language we write in to somebody who speaks this one."""
    return language if language in LANGUAGES else "en"


def footer(language: str) -> str:
    """Return what stands below an automatic mail."""
    return _FOOTER[spoken_in(language)]


def stars(language: str, link: str) -> str:
    """Return one line of Markdown per rating, best first; its link only opens a page."""
    labels = STARS[spoken_in(language)]
    return "\n".join(
        f"- [{'★' * score}{'☆' * (5 - score)}  {label}]({link}?score={score})"
        for score, label in zip(range(5, 0, -1), labels, strict=True)
    )


_Part = dict[str, str] | str | tuple[dict[str, str], ...]


def _in(part: _Part, language: str) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, dict):
        return part[language]
    return "".join(piece[language] if piece is _AGAIN else piece[language] + " " for piece in part).rstrip()


_PARTS: dict[str, tuple[_Part, ...]] = {
    "created": (_RECEIVED, (_ARRIVED, _READ), _ADD),
    "out_of_hours": (_RECEIVED, (_ARRIVED, _OPENS), _ADD),
    "assigned": (_NEWS, _ASSIGNED, _ADD),
    "reply": (_RE, "{{ reply }}"),
    "completed": (_RE, _SOLVED, _NOT_SOLVED),
    "cancelled": (_RE, _CANCELLED, _WRONG),
    "rejected": (_RE, _REJECTED, _WRONG),
    "delivered": (_RE, _DONE, "{{ answer }}", _MISSING),
    "stage": (_NEWS, _STAGE, _ADD),
    "rating": (_RE, (_SOLVED, _HOW), "{{ stars }}", _NOT_SOLVED),
    "rating_reminder": (_RE, (_AGAIN, _SOLVED, _HOW), "{{ stars }}", _NOT_SOLVED),
    "thanks": (_THANKS, _THANKED),
}
