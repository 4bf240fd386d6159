"""How soon something must be looked at, by the words that say so."""

from collections.abc import Sequence

from app.ai.data import Priority
from app.ai.local.lexicon import Lexicon, Term

_IMPACT, _URGENT, _LOW = "impact", "urgent", "low"
_POINTS = {_IMPACT: 3.0, _URGENT: 2.0, _LOW: 2.0}
_TERMS = {
    _IMPACT: """outage*, everything is down, is down for, are all down, server is down, site is down, shop is down,
        system         is down, website is down, systems are down, production is down, completely down,
        all users, all our         users, for everyone, nobody can, no one can, nobody in, none of us
        can, whole office, whole company, whole team, entire office, entire company, entire team, entire
        floor, whole floor, alle mitarbeiter, niemand kann, keiner kann, niemand mehr, ganze firma,
        gesamte firma, ganze buro, ganze abteilung, komplettausfall, totalausfall, ausgefallen, steht
        still, stehen still, stillstand, toute l entreprise, toute l equipe, tout le bureau, personne ne
        peut, personne n arrive, plus         personne, tous les utilisateurs, a l arret, nadie puede,
        todos los usuarios, toda la oficina, toda         la empresa, caido por completo, ninguem
        consegue, ninguem pode, todos os usuarios, todos os         utilizadores, toda a empresa, todo o
        escritorio, fora do ar, hacked, gehackt*, pirate, piratee, hackead*, ransomware, phishing,
        malware, virus, data breach, datenleck, datenpanne, fuite de         donnees, brecha de
        seguridad, vazamento de dados, security incident, stolen, gestohlen, vole, volee, robado,
        robaron, roubado, roubaram, losing money, losing sales, losing customers, losing orders,
        verlieren geld, verlieren umsatz, verlieren kunden, perdons de l argent, perdons des clients,
        perdiendo dinero, perdiendo ventas, perdendo dinheiro, perdendo vendas, unauthorised,
        unauthorized, smoke, rauch, fumee, humo, fumaca""",
    _URGENT: """urgent*, dringend*, eilig, eilt, asap, as soon as possible, immediately, immediate, sofort, umgehend,
        immediatement, urgence, inmediat*, imediat*, cuanto antes, o quanto antes, lo antes posible,
        critical, kritisch*, critique, critico, emergency, notfall*, emergencia, right away, right now,
        des         que possible, au plus vite, so schnell wie moglich, schnellstmoglich*, deadline*,
        frist, by         tomorrow, bis morgen, heute noch, noch heute, by end of day, end of today,
        before noon, by noon, this afternoon, heute nachmittag, avant demain, d ici demain, pour demain,
        avant ce         soir, cet apres midi, para manana, antes de manana, esta tarde, hoy mismo, ate
        amanha, para amanha, ainda hoje, hoje a tarde, in an hour, in one hour, in half an hour, in two
        hours, within the hour, in einer stunde, in zwei stunden, dans une heure, dans deux heures, en
        una hora, en dos horas, em         uma hora, numa hora, daqui a uma hora, cannot work, can t
        work, unable to work, kann nicht arbeiten, nicht mehr arbeiten, ne peux plus travailler, ne peux
        pas travailler, impossible de travailler, no         puedo trabajar, sin poder trabajar, nao
        consigo trabalhar, sem trabalhar, lawyer, anwalt, avocat, abogad*, advogad*, final notice,
        letzte mahnung""",
    _LOW: """no rush, no hurry, not urgent, isn t urgent, nothing urgent, whenever you have time, when you have time,
        whenever you get a chance, when you get a chance, take your time, keine eile, nicht dringend,
        eilt         nicht, nichts dringendes, wenn sie zeit haben, bei gelegenheit, pas urgent, rien d
        urgent, pas         presse, quand vous aurez, sans urgence, sin prisa, no es urgente, no corre
        prisa, cuando puedan, cuando tengan, sem pressa, nao e urgente, sem urgencia, quando puderem,
        quando tiverem, minor, cosmetic, typo, typos, tippfehler, rechtschreibfehler, faute de frappe,
        errata, erro de digitacao, suggestion*, vorschlag, anregung, sugerenc*, sugest*, feature
        request, would be nice, nice to have, ware schon, ware toll, ce serait bien, estaria bien, seria
        bom, seria util, just curious, kleinigkeit, schonheitsfehler, wunsch, some day, for the future""",
}
_LEXICON = Lexicon(
    Term(term.strip(), kind, _POINTS[kind]) for kind, terms in _TERMS.items() for term in terms.split(",")
)
_NOT = {
    "not",
    "no",
    "isn",
    "wasn",
    "never",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "nie",
    "pas",
    "non",
    "nao",
    "sin",
    "sem",
}


def priority(words: Sequence[str], category: str) -> Priority:
    """Return the priority the folded words ask for; a mere question or a wish can wait."""
    points = dict.fromkeys(_TERMS, 0.0)
    for hit in {hit.term: hit for hit in _LEXICON.find(words)}.values():
        kind = hit.term.label
        # A phrase such as "cannot work" brings its own negation; "not really urgent" does not.
        before = () if " " in hit.text else words[max(0, hit.position - 3) : hit.position]
        if kind == _LOW or _NOT.isdisjoint(before):
            points[kind] += hit.term.weight
        elif kind == _URGENT:
            points[_LOW] += hit.term.weight
    return _level(points[_IMPACT], points[_URGENT], points[_LOW], category)


def _level(impact: float, urgent: float, low: float, category: str) -> Priority:
    if impact or urgent - low >= 4:
        return "urgent"
    if urgent > low:
        return "high"
    if low > urgent or (category == "question" and not urgent):
        return "low"
    return "medium"
