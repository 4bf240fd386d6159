"""What the page of a rating says, in the languages our mails are written in."""

from flask import request

from app.notify.texts import LANGUAGES, STARS, spoken_in

_WORDS = {
    "title": {
        "en": "How did we do?",
        "de": "Wie zufrieden sind Sie?",
        "fr": "Qu’en pensez-vous ?",
        "es": "¿Qué tal lo hicimos?",
        "pt": "Como correu?",
    },
    "about": {
        "en": "You asked us about “{subject}”.",
        "de": "Sie haben uns nach „{subject}“ gefragt.",
        "fr": "Vous nous avez écrit au sujet de « {subject} ».",
        "es": "Nos escribió sobre «{subject}».",
        "pt": "Escreveu-nos sobre “{subject}”.",
    },
    "about_agent": {
        "en": "You asked us about “{subject}”, and {agent} answered.",
        "de": "Sie haben uns nach „{subject}“ gefragt, und {agent} hat geantwortet.",
        "fr": "Vous nous avez écrit au sujet de « {subject} », et {agent} a répondu.",
        "es": "Nos escribió sobre «{subject}» y {agent} respondió.",
        "pt": "Escreveu-nos sobre “{subject}”, e {agent} respondeu.",
    },
    "legend": {
        "en": "Your rating",
        "de": "Ihre Bewertung",
        "fr": "Votre note",
        "es": "Su valoración",
        "pt": "A sua avaliação",
    },
    "of_five": {
        "en": "{number} of 5",
        "de": "{number} von 5",
        "fr": "{number} sur 5",
        "es": "{number} de 5",
        "pt": "{number} de 5",
    },
    "more": {
        "en": "Would you like to say more?",
        "de": "Möchten Sie mehr dazu sagen?",
        "fr": "Voulez-vous en dire plus ?",
        "es": "¿Quiere decir algo más?",
        "pt": "Quer dizer mais alguma coisa?",
    },
    "optional": {"en": "optional", "de": "freiwillig", "fr": "facultatif", "es": "opcional", "pt": "opcional"},
    "send": {"en": "Send", "de": "Senden", "fr": "Envoyer", "es": "Enviar", "pt": "Enviar"},
    "choose": {
        "en": "Please choose one to five stars.",
        "de": "Bitte wählen Sie einen bis fünf Sterne.",
        "fr": "Veuillez choisir de une à cinq étoiles.",
        "es": "Elija de una a cinco estrellas.",
        "pt": "Escolha de uma a cinco estrelas.",
    },
    "thanks": {"en": "Thank you", "de": "Vielen Dank", "fr": "Merci", "es": "Gracias", "pt": "Obrigado"},
    "have": {
        "en": "We have your answer:",
        "de": "Wir haben Ihre Antwort:",
        "fr": "Nous avons votre réponse :",
        "es": "Tenemos su respuesta:",
        "pt": "Temos a sua resposta:",
    },
    "good": {
        "en": "It helps us to do this well.",
        "de": "Sie hilft uns, unsere Arbeit gut zu machen.",
        "fr": "Elle nous aide à bien faire notre travail.",
        "es": "Nos ayuda a hacerlo bien.",
        "pt": "Ajuda-nos a trabalhar bem.",
    },
    "low": {
        "en": "We are sorry it was not better. Somebody will look into it.",
        "de": "Es tut uns leid, dass es nicht besser war. Jemand wird sich darum kümmern.",
        "fr": "Nous regrettons de ne pas avoir fait mieux. Quelqu’un va s’en occuper.",
        "es": "Sentimos no haberlo hecho mejor. Alguien se ocupará de ello.",
        "pt": "Lamentamos não ter corrido melhor. Alguém vai tratar do assunto.",
    },
    "open": {
        "en": "If anything is still open, answer our last mail and we go on.",
        "de": "Falls noch etwas offen ist, antworten Sie auf unsere letzte Mail, und wir machen weiter.",
        "fr": "S’il reste quelque chose, répondez à notre dernier mail et nous continuons.",
        "es": "Si queda algo pendiente, responda a nuestro último correo y seguimos.",
        "pt": "Se ainda faltar alguma coisa, responda ao nosso último e-mail e continuamos.",
    },
    "change": {
        "en": "Change my answer",
        "de": "Antwort ändern",
        "fr": "Changer ma réponse",
        "es": "Cambiar mi respuesta",
        "pt": "Alterar a minha resposta",
    },
    "keep": {
        "en": "Leave it as it is",
        "de": "So lassen",
        "fr": "La laisser ainsi",
        "es": "Dejarla así",
        "pt": "Deixar assim",
    },
    "late": {
        "en": "The time to change this answer is over; the first one stays.",
        "de": "Die Zeit, diese Antwort zu ändern, ist vorbei; die erste bleibt.",
        "fr": "Le délai pour changer cette réponse est passé ; la première reste.",
        "es": "El plazo para cambiar esta respuesta ha terminado; queda la primera.",
        "pt": "O prazo para alterar esta resposta terminou; fica a primeira.",
    },
    "unknown": {
        "en": "We do not know this link",
        "de": "Diesen Link kennen wir nicht",
        "fr": "Nous ne connaissons pas ce lien",
        "es": "No conocemos este enlace",
        "pt": "Não conhecemos esta ligação",
    },
    "cut": {
        "en": "It may have been cut off on its way, or it is too old. Open it again from our mail, or copy the whole "
        "address into your browser.",
        "de": "Vielleicht wurde er unterwegs abgeschnitten, oder er ist zu alt. Öffnen Sie ihn noch einmal aus unserer "
        "Mail, oder kopieren Sie die ganze Adresse in Ihren Browser.",
        "fr": "Il a peut-être été coupé en route, ou il est trop ancien. Ouvrez-le de nouveau depuis notre mail, ou "
        "copiez l’adresse entière dans votre navigateur.",
        "es": "Quizá se cortó por el camino o es demasiado antiguo. Ábralo de nuevo desde nuestro correo o copie la "
        "dirección completa en su navegador.",
        "pt": "Talvez tenha sido cortada pelo caminho, ou é demasiado antiga. Abra-a de novo a partir do nosso e-mail "
        "ou copie o endereço completo para o seu navegador.",
    },
    "answer": {
        "en": "You can also answer our last mail; a person reads it.",
        "de": "Sie können auch auf unsere letzte Mail antworten; ein Mensch liest sie.",
        "fr": "Vous pouvez aussi répondre à notre dernier mail ; une personne le lira.",
        "es": "También puede responder a nuestro último correo; lo leerá una persona.",
        "pt": "Também pode responder ao nosso último e-mail; uma pessoa vai lê-lo.",
    },
    "foot": {
        "en": "You get this page because you asked {desk} for help.",
        "de": "Sie sehen diese Seite, weil Sie {desk} um Hilfe gebeten haben.",
        "fr": "Vous voyez cette page parce que vous avez demandé de l’aide à {desk}.",
        "es": "Ve esta página porque pidió ayuda a {desk}.",
        "pt": "Vê esta página porque pediu ajuda a {desk}.",
    },
}


def words(language: str) -> dict[str, str]:
    """Return what the page says in a language, English where we do not speak it."""
    spoken = spoken_in(language)
    return {key: said[spoken] for key, said in _WORDS.items()}


def labels(language: str) -> dict[int, str]:
    """Return the word for each number of stars."""
    return dict(zip(range(5, 0, -1), STARS[spoken_in(language)], strict=True))


def asked_for() -> str:
    """Return the language the browser asks for, where nobody else tells it."""
    asked = (tag.lower().partition("-")[0] for tag in request.accept_languages.values())
    return next((language for language in asked if language in LANGUAGES), "en")
