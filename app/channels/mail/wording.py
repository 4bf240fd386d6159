"""How machines word bounces and automatic replies: subjects and sentences, in the languages of their authors."""

import re

_SPACE = r"\s"
REPLIED = re.compile(r"(?i)\s*(?:re|fwd?|aw|wg|tr|rv|sv|vs|antw|odp|fw)\s*(?:\[\d+\])?\s*:")


def _worded(before: str, alternatives: str) -> re.Pattern[str]:
    """Compile alternatives in which a space stands for any one white space."""
    return re.compile(f"{before}(?:{alternatives.replace(' ', _SPACE)})", re.IGNORECASE)


BOUNCE_SUBJECT = _worded(
    r"[\s*\[(!\"']{0,6}",
    r"undeliver(?:able|ed)\b|unable to deliver|non[- ]?deliver(?:y|able)\b"
    r"|(?:mail|message|e-?mail|your (?:mail|message|e-?mail)) (?:delivery )?(?:fail(?:ed|ure)|error|problem)"
    r"|(?:mail|message) delivery (?:status|notification|report|system|failed|failure|warning|delayed|problem)"
    r"|(?:mail|message) delivery has failed"
    r"|(?:mail|message) (?:status\b|not delivered|could not be|couldn.t be|undeliverable|returned|system error)"
    r"|message you sent blocked|sorry, your message could"
    r"|your (?:message|mail|email) (?:could not|couldn.t|was not|has not|to\b.{1,80}\b(?:rejected|not))"
    r"|failure (?:notice|delivery|notification)|failed (?:mail|delivery|message|to deliver)"
    r"|delivery[ _](?:fail|status|notification|error|problem|report|has failed|incomplete|unsuccessful)"
    r"|delivery[ _](?:delay|warning|attempt)"
    r"|delayed? (?:mail|delivery)|returned? (?:mail|e-?mail|message|to sender)|mail returned"
    r"|permanent (?:delivery|error|failure)|temporary (?:delivery|error|failure)"
    r"|(?:e-?mail|mail) (?:bounce|rejected)|warning: (?:could not|message|mail|e-?mail)|warning from mail"
    r"|postmaster notify|notice: mail delivery|bounced?\b|rejected(?: (?:mail|posting|message)|:)"
    r"|(?:message|mail) (?:frozen|rejected|refused|blocked|quarantined)|postmaster\]? (?:email )?delivery"
    r"|nicht (?:zustellbar|zugestellt)|unzustellbar"
    r"|(?:ihre )?(?:nachricht|e-?mail|mail) (?:konnte )?nicht zu(?:gestellt|stellbar)"
    r"|zustell(?:ung|fehler|barkeit)|fehler (?:bei|beim) .{0,20}zustell|r(?:ü|ue)ckl(?:ä|ae)ufer"
    r"|(?:message )?non[- ](?:remis|distribu|d(?:é|e)livr)\w*"
    r"|(?:é|e)chec (?:de |d.)(?:la )?(?:remise|distribution|envoi)|(?:correo|mensaje) (?:no entregado|devuelto)"
    r"|no se (?:puede|pudo|ha podido) entregar|error de entrega|no entregado"
    r"|(?:messaggio|posta) (?:non recapitabil|non consegnat|respint)\w*|recapito non riuscito|mancato recapito"
    r"|onbestelbaar|niet bezorgd|(?:mensagem|email) n(?:ã|a)o entregue|falha (?:na|de) entrega|n(?:ã|a)o entregue"
    r"|olevererb\w*|kan ikke leveres|ikke leveret|nedoru(?:č|c)iteln\w*|(?:wiadomo(?:ść|sc) )?niedor(?:ę|e)cz\w*"
    r"|недоставлен\w*|не удалось доставить|ваше сообщение не доставлено"
    r"|未送达|无法送达|(?:来自.{1,40}的)?退信|系统退信|邮件传输失败"
    r"|automatically rejected"
    r"|配信不能|配信エラー|送信エラー|メールエラー|メッセージを配信できません|メール配信に失敗",
)

BOUNCE_PHRASE = _worded(
    "",
    r"this is the (?:mail (?:system|delivery)|postfix|qmail|esmtp|deliver|email (?:server|system))"
    r"|hi\. this is the|this message was created automatically by (?:the\s)?(?:mail|smtp)"
    r"|(?:message|mail) (?:that\s)?you sent .{0,80}?(?:not be|undeliver|reject|return)"
    r"|(?:could|can)\s?(?:not|n.t) be (?:delivered|sent|routed)|couldn.t be delivered|was(?: not|n.t) delivered"
    r"|(?:has not|not yet) been delivered|did not receive (?:a copy of\s)?your message"
    r"|did not reach (?:the following|some or)"
    r"|undeliver(?:able|ed)\b|unable to deliver|failed to deliver"
    r"|delivery (?:to .{1,80}\s)?(?:has |have\s)?(?:failed|was aborted|is delayed|been delayed)"
    r"|the original message was received at|transcript of session follows|reporting-mta:|final-recipient:"
    r"|the following (?:address|recipient|message|organization)\S{0,6} .{0,60}?(?:fail|error|reject|could|had)"
    r"|failed recipient|recipient(?:'s)? mailbox (?:is full|unavailable)|user (?:mailbox|unknown|account is)"
    r"|mailbox (?:is full|exceeds|unavailable|not found)|unknown (?:user|recipient)|no such user"
    r"|user not (?:found|listed)|(?:over|exceeded) .{0,20}quota|returned (?:mail|message) follows"
    r"|address not found|message (?:not delivered|blocked)|failure reasons|your message .{0,200}? rejected"
    r"|konnte .{0,60}nicht .{0,40}zu(?:ge)?stell|nicht zugestellt"
    r"|n.a pas (?:pu\s)?(?:être|été) (?:remis|distribu|délivr)"
    r"|no (?:se\s)?(?:ha\s)?(?:podido|pudo|puede) (?:ser\s)?(?:entreg|envi)|impossibile (?:recapitare|consegnare)"
    r"|kon niet worden (?:afgeleverd|bezorgd)|não (?:pôde|foi) .{0,20}entreg"
    r"|не (?:может|удалось|был\w*) .{0,30}доставл|配信できません|無法投遞|无法(?:投递|送达|发送)",
)

SMTP_REFUSAL = re.compile(r"\b5\d\d[ \-#]{1,3}5\.\d{1,3}\.\d{1,3}\b|\b55\d[ -]|#5\.\d\.\d")

RETURNED_COPY = re.compile(
    r"(?im)^.{0,30}(?:original message (?:as received )?(?:is as )?follows|below this line is a copy"
    r"|this is a copy of (?:the|your) message|unsent (?:message|mail) (?:below|follows)"
    r"|returned (?:message|mail)|message headers? follow|old message)"
)

DELAYED = re.compile(
    r"(?i)\bdelay|will (?:keep|continue|be) (?:re)?tr(?:y|ied|ying)|still trying|do not need to resend"
    r"|not (?:yet )?been delivered"
    r"|^\W*warning|temporar|wird weiter versucht|verzögert|retardé|en attente"
)

FINAL = re.compile(r"(?i)permanent|giv(?:e|en|ing) up|returning message|returned to sender|endgültig|définitive")

AUTO_SUBJECT = _worded(
    r"\s*[\[(*]{0,2}",
    r"auto(?:mat(?:ic|ed))?[- ]?(?:e-?mail[- ])?(?:reply|response|responder|reponse|answer|respond|notification)\b"
    r"|auto\s?:|automatisch(?:e[rs]?)? (?:antwort|antwoord|beantwoord|abwesenheit)\w*|autosvar|auto-?antwort"
    r"|abwesenheits(?:notiz|nachricht|meldung|assistent)\w*|abwesend\b|r(?:é|e)ponse automatique"
    r"|message d.absence|absence du bureau|respuesta autom(?:á|a)tica|respuesta de ausencia"
    r"|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)|resposta autom(?:á|a)tica"
    r"|aus(?:ê|e)ncia (?:tempor|do)|automatisk[t]? svar|automaattinen vastaus|poissa toimistosta"
    r"|autom(?:a|á)tick(?:á|a) odpov(?:ě|e)(?:ď|d)|automatyczna odpowied(?:ź|z)"
    r"|odpowied(?:ź|z) automatyczna|automatikus v(?:á|a)lasz"
    r"|automata v(?:á|a)lasz"
    r"|otomatik yan(?:ı|i)t|автоматический ответ|автоответ|自動返信|自動応答"
    r"|自动回复|自动答复|自動回覆|自動答覆|자동 ?(?:회신|응답)"
    r"|автоматична відповідь|αυτόματη απάντηση|תשובה אוטומטית|رد تلقائي|r(?:ă|a)spuns automat"
    r"|automatski odgovor|samodejni odgovor|automatinis atsakymas|automaatne vastus|sj(?:á|a)lfvirkt svar"
    r"|afwezig(?:heid)?\b"
    r"|out of (?:the )?office|out-of-office|ooo\b|on (?:vacation|holiday|annual leave)|vacation\b"
    r"|away from (?:my |the )?(?:e-?mail|mail|office|desk)|i am (?:currently )?(?:away|on (?:vacation|leave))"
    r"|im urlaub\b",
)

AUTO_PHRASE = _worded(
    "",
    r"\b(?:i am|i'm|i will be|we are) (?:\w+ ){0,3}(?:out of (?:the |my )?office|away)"
    r"|\b(?:i am|i'm|i will be|we are) (?:\w+ ){0,3}on (?:\w+ )?(?:leave|vacation|holiday)"
    r"|(?:limited|no) access to (?:my )?e-?mail|upon my return"
    r"|automat(?:ic|ed|ically) (?:reply|response|generated|e-?mail)|do not reply to this"
    r"|(?:nicht im|außer) (?:büro|haus)|im urlaub|abwesen|bin ich (?:\w+ ){0,3}nicht"
    r"|automatisch (?:erstellt|generiert|versandt|antwort)|absent\w* (?:du|jusqu|pour)|en congé|en vacances"
    r"|fuera de (?:la )?oficina|de vacaciones|fuori (?:sede|ufficio)|in ferie|niet (?:aanwezig|op kantoor)"
    r"|met vakantie|de férias|på semester|på ferie|poza biurem|na urlopie|na dovolené|lomalla|izinde\w*|на больничном"
    r"|в отпуске|у відпустці|不在|休暇|休假",
)
