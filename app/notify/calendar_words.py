"""A moment as a customer reads it, in each language we write."""

from datetime import datetime

from app.notify.texts import spoken_in

_DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
_SHAPES = {
    "en": "{day} {number} {month}, {time}",
    "de": "{day}, {number}. {month}, {time} Uhr",
    "fr": "{day} {number} {month} à {time}",
    "es": "{day} {number} de {month}, {time}",
    "pt": "{day}, {number} de {month}, {time}",
}


def said(moment: datetime, language: str) -> str:
    """Return an aware moment as its own zone shows it: Monday 30 November, 09:00 (CET)."""
    spoken = spoken_in(language)
    shown = _SHAPES[spoken].format(
        day=_DAYS[spoken].split()[moment.weekday()],
        number=moment.day,
        month=_MONTHS[spoken].split()[moment.month - 1],
        time=f"{moment:%H:%M}",
    )
    return f"{shown} ({moment:%Z})" if moment.tzname() else shown
