"""The sentences a local draft is made of, in the five languages it can write."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """`{…}` stands for what is filled in; `details` names what may be asked for."""

    hello: str
    hello_nobody: str
    thanks_about: str
    thanks: str
    quote: str
    sorry: str
    ask: str
    ask_else: str
    helped: str
    article: str
    looking: str
    patience: str
    offer: str
    closing: str
    details: dict[str, str]


PHRASES: dict[str, Phrases] = {
    "en": Phrases(
        hello="Hello {name},",
        hello_nobody="Hello,",
        thanks_about="Thank you for your message about “{subject}”.",
        thanks="Thank you for your message.",
        quote="You wrote: “{words}”",
        sorry="I am sorry for the trouble this has caused you.",
        ask="To help you quickly, we still need:",
        ask_else="If this does not solve it, please send us:",
        helped="In a similar case this helped:",
        article="This article may help: {title} – {url}",
        looking="We are looking into it and will reply to you here.",
        patience="Thank you for your patience.",
        offer="If anything is unclear, just reply to this message; we are happy to help.",
        closing="Kind regards,",
        details={
            "invoice": "the invoice number",
            "amount": "the amount and the date it is about",
            "order": "the order number",
            "address": "the delivery address with its postcode",
            "photo": "a photo of the damage and the packaging",
            "device": "the make and model of the device",
            "since": "since when this happens",
            "place": "the place (building, floor or room, or home)",
            "others": "whether colleagues are affected as well",
            "error": "the exact wording of the message on the screen, or a screenshot",
            "version": "the program's version, and your browser or operating system",
            "steps": "what you did just before it happened",
            "user": "the user name or e-mail address you sign in with (please never send a password)",
            "expect": "what would be a good solution for you",
            "more": "a few more words about what you want to achieve",
        },
    ),
    "de": Phrases(
        hello="Hallo {name},",
        hello_nobody="Guten Tag,",
        thanks_about="vielen Dank für Ihre Nachricht zu „{subject}“.",
        thanks="vielen Dank für Ihre Nachricht.",
        quote="Sie schrieben: „{words}“",
        sorry="Es tut mir leid, dass Sie dadurch Ärger hatten.",
        ask="Damit wir schnell helfen können, brauchen wir noch:",
        ask_else="Falls das nicht hilft, schicken Sie uns bitte:",
        helped="In einem ähnlichen Fall hat Folgendes geholfen:",
        article="Dieser Artikel könnte helfen: {title} – {url}",
        looking="Wir sehen uns das an und antworten Ihnen hier.",
        patience="Vielen Dank für Ihre Geduld.",
        offer="Falls etwas unklar ist, antworten Sie einfach auf diese Nachricht; wir helfen gern.",
        closing="Freundliche Grüße",
        details={
            "invoice": "die Rechnungsnummer",
            "amount": "den Betrag und das Datum, um die es geht",
            "order": "die Bestellnummer",
            "address": "die Lieferadresse mit Postleitzahl",
            "photo": "ein Foto des Schadens und der Verpackung",
            "device": "Hersteller und Modell des Geräts",
            "since": "seit wann das auftritt",
            "place": "den Ort (Gebäude, Etage oder Raum, oder zu Hause)",
            "others": "ob auch Kolleginnen und Kollegen betroffen sind",
            "error": "den genauen Wortlaut der Meldung oder ein Bildschirmfoto",
            "version": "die Version des Programms sowie Browser oder Betriebssystem",
            "steps": "was Sie unmittelbar davor getan haben",
            "user": "den Benutzernamen oder die E-Mail-Adresse, mit der Sie sich anmelden (bitte nie ein Passwort)",
            "expect": "welche Lösung für Sie gut wäre",
            "more": "ein paar Worte mehr zu dem, was Sie erreichen möchten",
        },
    ),
    "fr": Phrases(
        hello="Bonjour {name},",
        hello_nobody="Bonjour,",
        thanks_about="Merci pour votre message au sujet de « {subject} ».",
        thanks="Merci pour votre message.",
        quote="Vous écrivez : « {words} »",
        sorry="Je suis désolé pour la gêne occasionnée.",
        ask="Pour vous aider rapidement, il nous manque encore :",
        ask_else="Si cela ne suffit pas, merci de nous envoyer :",
        helped="Dans un cas semblable, ceci a aidé :",
        article="Cet article peut vous aider : {title} – {url}",
        looking="Nous examinons votre demande et vous répondrons ici.",
        patience="Merci pour votre patience.",
        offer="Si quelque chose n'est pas clair, répondez simplement à ce message ; nous vous aiderons avec plaisir.",
        closing="Cordialement,",
        details={
            "invoice": "le numéro de la facture",
            "amount": "le montant et la date concernés",
            "order": "le numéro de commande",
            "address": "l'adresse de livraison avec le code postal",
            "photo": "une photo du dommage et de l'emballage",
            "device": "la marque et le modèle de l'appareil",
            "since": "depuis quand cela se produit",
            "place": "le lieu (bâtiment, étage ou salle, ou à domicile)",
            "others": "si des collègues sont également concernés",
            "error": "le texte exact du message affiché, ou une capture d'écran",
            "version": "la version du logiciel et votre navigateur ou système",
            "steps": "ce que vous avez fait juste avant",
            "user": "l'identifiant ou l'adresse e-mail de connexion (n'envoyez jamais de mot de passe)",
            "expect": "la solution qui vous conviendrait",
            "more": "quelques mots de plus sur ce que vous souhaitez faire",
        },
    ),
    "es": Phrases(
        hello="Hola, {name}:",
        hello_nobody="Hola:",
        thanks_about="Gracias por su mensaje sobre «{subject}».",
        thanks="Gracias por su mensaje.",
        quote="Usted escribió: «{words}»",
        sorry="Lamento las molestias que esto le ha causado.",
        ask="Para ayudarle rápidamente, todavía necesitamos:",
        ask_else="Si esto no lo resuelve, envíenos por favor:",
        helped="En un caso parecido ayudó lo siguiente:",
        article="Este artículo puede ayudarle: {title} – {url}",
        looking="Lo estamos revisando y le responderemos por aquí.",
        patience="Gracias por su paciencia.",
        offer="Si algo no queda claro, responda a este mensaje; le ayudaremos con gusto.",
        closing="Saludos cordiales,",
        details={
            "invoice": "el número de la factura",
            "amount": "el importe y la fecha de que se trata",
            "order": "el número de pedido",
            "address": "la dirección de entrega con el código postal",
            "photo": "una foto del daño y del embalaje",
            "device": "la marca y el modelo del aparato",
            "since": "desde cuándo ocurre",
            "place": "el lugar (edificio, planta o sala, o en casa)",
            "others": "si también afecta a otros compañeros",
            "error": "el texto exacto del mensaje en pantalla, o una captura",
            "version": "la versión del programa y su navegador o sistema operativo",
            "steps": "qué hizo justo antes",
            "user": "el usuario o el correo con el que inicia sesión (nunca envíe una contraseña)",
            "expect": "qué solución le parecería buena",
            "more": "unas palabras más sobre lo que quiere conseguir",
        },
    ),
    "pt": Phrases(
        hello="Olá, {name},",
        hello_nobody="Olá,",
        thanks_about="Agradecemos a sua mensagem sobre “{subject}”.",
        thanks="Agradecemos a sua mensagem.",
        quote="Escreveu: “{words}”",
        sorry="Lamento o transtorno que isto lhe causou.",
        ask="Para ajudar rapidamente, ainda precisamos de:",
        ask_else="Se isto não resolver, envie-nos por favor:",
        helped="Num caso parecido, isto ajudou:",
        article="Este artigo pode ajudar: {title} – {url}",
        looking="Estamos a analisar e responderemos por aqui.",
        patience="Agradecemos a sua paciência.",
        offer="Se algo não estiver claro, responda a esta mensagem; teremos todo o gosto em ajudar.",
        closing="Com os melhores cumprimentos,",
        details={
            "invoice": "o número da fatura",
            "amount": "o valor e a data em questão",
            "order": "o número da encomenda ou do pedido",
            "address": "a morada de entrega com o código postal",
            "photo": "uma fotografia do dano e da embalagem",
            "device": "a marca e o modelo do aparelho",
            "since": "desde quando acontece",
            "place": "o local (edifício, andar ou sala, ou em casa)",
            "others": "se outros colegas também são afetados",
            "error": "o texto exato da mensagem no ecrã, ou uma captura",
            "version": "a versão do programa e o navegador ou sistema operativo",
            "steps": "o que fez imediatamente antes",
            "user": "o utilizador ou e-mail com que entra (nunca envie uma senha)",
            "expect": "qual seria uma boa solução para si",
            "more": "mais algumas palavras sobre o que pretende",
        },
    ),
}
