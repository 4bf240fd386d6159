"""The new words of a reply, without what it quotes and how it is signed; one pass over the lines, linear in time."""

import re

MAX_LINES = 5_000
_LONGEST = 400
_WROTE = (
    r"(?:wrote|writes|schrieb|schreibt|a écrit|écrivait|escribió|ha scritto|scrisse|schreef|escreveu|skrev|skrifaði"
    r"|kirjoitti|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|napisał(?:\(a\)|a)?|írta|написал(?:\(а\)|а)?|пишет|пише"
    r"|schrieb am|geschrieben|yazdı|έγραψε|a scris|写道|寫道|のメール|님이 작성)"
)
_ATTRIBUTION = re.compile(rf"(?i).{{0,300}}?{_WROTE}.{{0,120}}?[:：]")
_OPENER = re.compile(
    r"(?i)(?:on|am|le|el|il|op|em|den|dne|dňa|dnia|w dniu|na|no dia|den|pe|la|mån|tis|ons|tors|fre|lör|sön|\d)\b"
    r"|at \d|\d{4}年|.{0,80}<[^<>\s]+@[^<>\s]+>"
)
_ADDRESS_LAST = re.compile(r"<[^<>\s]{1,200}@[^<>\s]{1,200}>\s*[:：]$")
_TELLING = re.compile(r"\d|@")
_ORIGINAL = re.compile(
    r"(?i)[-_*\s]{2,}(?:original message|original appointment|ursprüngliche nachricht|original-?nachricht"
    r"|urspr\. nachricht|message d'origine|message original|mensaje original|messaggio originale"
    r"|oorspronkelijk bericht|mensagem original|oprindelig meddelelse|originalmeddelande|původní zpráva"
    r"|wiadomość oryginalna|исходное сообщение|original mail|原始邮件|元のメッセージ)[-_*\s]{2,}"
)
_FORWARDED = re.compile(
    r"(?i)[->*\s]*(?:begin forwarded message|forwarded message|weitergeleitete nachricht|anfang der weitergeleiteten"
    r"|message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada"
    r"|forwarded by|start forwarded).{0,80}"
)
_FROM = (
    r"from|von|de|da|van|från|fra|od|lähettäjä|от|кому|kimden|gönderen|feladó|de la|από|від|מאת|发件人|寄件者|寄件人"
    r"|差出人|보낸 사람"
)
_SUBJECT = (
    r"subject|betreff|objet|asunto|oggetto|onderwerp|assunto|ämne|emne|temat|předmět|aihe|тема|konu|tárgy|subiect"
    r"|θέμα|נושא|主题|主旨|件名|제목"
)
_FIELD = re.compile(
    rf"(?i)[*\s]{{0,4}}({_FROM}|{_SUBJECT}|sent|date|to|cc|gesendet|datum|an|envoyé|à|enviado|fecha|para|inviato|data|a"
    r"|verzonden|aan|skickat|till|sendt|til|wysłano|do|odesláno|komu|lähetetty|отправлено|дата|gönderilme(?: tarihi)?"
    r"|tarih|kime|küldve|dátum|címzett|trimis|către|στάλθηκε|προς|надіслано|נשלח|אל|发送时间|收件人|傳送時間|寄件日期"
    r"|收件者|送信日時|宛先|보낸 날짜|날짜|받는 사람)\s?[*]?\s?[:：][*]?\s*\S"
)
_FROM_FIELD = re.compile(rf"(?i)[*\s]{{0,4}}(?:{_FROM})\s?[*]?\s?[:：][*]?\s*\S")
_SUBJECT_FIELD = re.compile(rf"(?i)[*\s]{{0,4}}(?:{_SUBJECT})\s?[*]?\s?[:：]")
_ARMOR = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:Hash: .*\n)*\n?")
_GAP = re.compile(r"\n{3,}")
_SEAL = re.compile(r"(?m)^-----BEGIN PGP SIGNATURE-----$")
_RULE = re.compile(r"[_=*-]{5,}")
_DASHES = re.compile(r"(?:--|—|–—|__)\s*")
_DEVICE = re.compile(
    r"(?i)(?:sent (?:from|with|via|using) (?:my|an? |mail for|outlook|yahoo|the all|gmail|samsung|\[?proton|spark)"
    r"|get outlook for|gesendet (?:von|mit)"
    r"|von meinem .{1,40} gesendet"
    r"|diese nachricht wurde von meinem|envoyé (?:de|depuis|à partir)|enviado (?:desde|do meu|de mi)|inviato da"
    r"|verzonden (?:vanaf|met)|skickat från|sendt fra|hent outlook|lähetetty|wysłane z|wysłano z|odesláno z"
    r"|отправлено (?:с|из)|发自我的|iphoneから送信|나의 .{1,20}에서 보냄).{0,120}"
)
_CLOSING = re.compile(
    r"(?i)(?:(?:with |my |all |our |very )?(?:(?:best|kind|kindest|warm|warmest|many|good) )+(?:regards|wishes|thanks)"
    r"|regards|best|cheers|sincerely(?: yours)?|yours (?:sincerely|faithfully|truly)|respectfully|cordially|rgds|br|kr"
    r"|thanks|thanks (?:again|a lot|so much|in advance|and regards)|many thanks|thx"
    r"|thank you(?: (?:very|so) much| again)?"
    r"|thanking you(?: in advance)?|all the best|take care"
    r"|(?:mit )?(?:freundlichen?|besten?|herzlichen?|lieben?|vielen?|schönen?) (?:grüßen?|grüssen?|gruß|gruss|dank)"
    r"|viele grüße|liebe grüße|gruß|grüße|gruss|mfg|lg|vg|danke|vielen dank|(?:bien )?cordialement|bien à vous|merci"
    r"|(?:sincères )?salutations|(?:un )?(?:cordial )?saludos?|atentamente|gracias|cordiali saluti|distinti saluti"
    r"|grazie"
    r"|met vriendelijke groet(?:en)?|groeten|groet|mvg|bedankt|atenciosamente|obrigad[oa]|abraços"
    r"|(?:med )?(?:vänliga|vennlig|venlig|bästa) hälsning(?:ar)?|(?:med )?venlig hilsen|mvh|hilsen|pozdrawiam"
    r"|z poważaniem|s pozdravem|с уважением|此致|よろしくお願いします)[\s,.!;:)-]*"
)


def reply_text(text: str) -> str:
    """Return what the sender newly wrote; never empty where `text` has words."""
    lines = [line.rstrip() for line in _without_armor(text).split("\n")[:MAX_LINES]]
    own = _without_signature(_without_quotes(lines))
    return _GAP.sub("\n\n", "\n".join(own)).strip() or text.strip()


def _without_armor(text: str) -> str:
    """Take a clear-signed message out of its armor (RFC 9580 section 7)."""
    armor = _ARMOR.search(text)
    if armor is None:
        return text
    signed = _SEAL.split(text[armor.end() :], maxsplit=1)[0]
    return text[: armor.start()] + re.sub(r"(?m)^- ", "", signed)


def _without_quotes(lines: list[str]) -> list[str]:
    own: list[str] = []
    index, forwarded, quoting = 0, False, False
    while index < len(lines):
        line = lines[index].strip()
        # What somebody forwards is news to the desk, so from there on only marked quotes go.
        forwarded = forwarded or bool(line and _FORWARDED.fullmatch(line[:_LONGEST]))
        if line.startswith(">"):
            own, quoting = own if quoting else _without_introduction(own), True
            index += 1
            continue
        quoting = quoting and not line
        taken = 0 if forwarded else _attribution(lines, index)
        if (taken and not _quoted_below(lines, index + taken)) or (not forwarded and _is_original(lines, index)):
            return own
        if not taken:
            own.append(lines[index])
        index += taken or 1
    return own


def _without_introduction(own: list[str]) -> list[str]:
    """Drop the line that introduces a quote, in whatever language: it ends in a colon and names a day or an address."""
    last = next((index for index in range(len(own) - 1, -1, -1) if own[index].strip()), -1)
    if last < 0 or len(own) - last > 2:
        return own
    line = own[last].strip()[:_LONGEST]
    return own[:last] if line.endswith((":", "：")) and _TELLING.search(line) else own


def _attribution(lines: list[str], index: int) -> int:
    """Return how many lines from `index` say "On … somebody wrote:", 0 when they do not."""
    joined = ""
    for count in range(1, 4):
        if index + count > len(lines) or not lines[index + count - 1].strip():
            return 0
        joined = f"{joined} {lines[index + count - 1].strip()[:_LONGEST]}".strip()
        if joined.endswith((":", "：")):
            known = _ATTRIBUTION.fullmatch(joined[: _LONGEST * 2]) and _OPENER.match(joined)
            telling = bool(_TELLING.search(joined)) or _quoted_below(lines, index + count)
            return count if telling and (known or _is_dated_sender(joined)) else 0
        if count == 1 and not _OPENER.match(joined):
            return 0
    return 0


def _is_dated_sender(line: str) -> bool:
    """Whether the line reads `2026-01-05 12:00 Ann <ann@example.com>:`, as several programs introduce a quote."""
    sender = _ADDRESS_LAST.search(line)
    return sender is not None and any(character.isdigit() for character in line[: sender.start()])


def _quoted_below(lines: list[str], index: int) -> bool:
    following = next((line.strip() for line in lines[index : index + 4] if line.strip()), "")
    return following.startswith(">")


def _is_original(lines: list[str], index: int) -> bool:
    """Whether Outlook's way of quoting starts here: a divider, or a block of From, Sent, To, Subject."""
    line = lines[index].strip()[:_LONGEST]
    if _ORIGINAL.fullmatch(line):
        return True
    following = [text.strip()[:_LONGEST] for text in lines[index : index + 9] if text.strip()]
    if _RULE.fullmatch(line):
        following = following[1:]
    block = following[:7]
    if not block or not _FIELD.match(block[0]) or not any(_FROM_FIELD.match(text) for text in block[:3]):
        return False
    # An order may read "From: Berlin, To: Paris, Date: …" too; a mail has a subject, or an address.
    if not any("@" in text or _SUBJECT_FIELD.match(text) for text in block):
        return False
    return len({match[1].lower() for text in block if (match := _FIELD.match(text))}) >= 3


def _without_signature(lines: list[str]) -> list[str]:
    for index, line in enumerate(lines):
        if _signs_off(lines, index, line.strip()[:_LONGEST]) and any(above.strip() for above in lines[:index]):
            return lines[:index]
    return lines


def _signs_off(lines: list[str], index: int, line: str) -> bool:
    if not line:
        return False
    below = [text.strip() for text in lines[index + 1 : index + 40] if text.strip()]
    if _DASHES.fullmatch(line):
        return bool(below) and len(below) <= 25
    if _DEVICE.fullmatch(line):
        return len(below) <= 3
    return bool(_CLOSING.fullmatch(line)) and 1 <= len(below) <= 9 and not any(_is_sentence(text) for text in below)


def _is_sentence(text: str) -> bool:
    return len(text) > 80 or (text.endswith((".", "!", "?", ",", ";")) and len(text.split()) >= 4)
