"""Delivery reports as many servers write them."""

ORIGINAL = """\
From: Support <support@desk.example>
To: Kim <kim@gone.example>
Subject: Re: printer
Message-ID: <fd.orig-1@desk.example>
Date: Mon, 5 Jan 2026 10:00:00 +0000
X-Flowdesk-Loop: desk.example

Hello Kim, did it help?
"""


def _report(headers: str, words: str, status: str, *, returned: str = "message/rfc822") -> str:
    return (
        f"{headers}MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status;\n\tboundary="AA/mx.example"\n\n'
        f"This is a MIME-encapsulated message.\n\n--AA/mx.example\nContent-Type: text/plain; "
        f"charset=us-ascii\n\n{words}\n"
        f"--AA/mx.example\nContent-Type: message/delivery-status\n\n{status}\n"
        f"--AA/mx.example\nContent-Type: {returned}\n\n{ORIGINAL}\n--AA/mx.example--\n"
    )


FAILED = """\
Reporting-MTA: dns; mx.example
Arrival-Date: Mon,  5 Jan 2026 10:00:01 +0000 (UTC)

Final-Recipient: rfc822; kim@gone.example
Original-Recipient: rfc822;kim@gone.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.gone.example
Diagnostic-Code: smtp; 550 5.1.1 <kim@gone.example>: Recipient address
    rejected: User unknown
"""

BOUNCES = {
    "postfix": _report(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example (Mail Delivery System)\n"
        "Subject: Undelivered Mail Returned to Sender\nTo: support@desk.example\nAuto-Submitted: auto-replied\n"
        "Message-Id: <20260105100002.0DBC8165@mx.example>\n",
        "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message could not\n"
        "be delivered to one or more recipients. It's attached below.\n\n                   The mail system\n\n"
        "<kim@gone.example>: host mx.gone.example[192.0.2.1] said: 550 5.1.1\n    User unknown (in reply to RCPT TO)\n",
        FAILED,
    ),
    "sendmail": _report(
        "Return-Path: <MAILER-DAEMON>\nFrom: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>\n"
        "To: <support@desk.example>\nSubject: Returned mail: see transcript for details\n"
        "Auto-Submitted: auto-generated (failure)\n",
        "The original message was received at Mon, 5 Jan 2026 10:00:00 GMT\n\n"
        "   ----- The following addresses had permanent fatal errors -----\n<kim@gone.example>\n\n"
        "   ----- Transcript of session follows -----\n550 5.1.1 <kim@gone.example>... User unknown\n",
        FAILED,
        returned="text/rfc822-headers",
    ),
    "gmail": _report(
        "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: support@desk.example\n"
        "Auto-Submitted: auto-replied\nSubject: Delivery Status Notification (Failure)\n"
        "References: <fd.orig-1@desk.example>\nIn-Reply-To: <fd.orig-1@desk.example>\nX-Failed-Recipients: "
        "kim@gone.example\n",
        "** Address not found **\n\nYour message wasn't delivered to kim@gone.example because the address "
        "couldn't be found.\n",
        FAILED,
    ),
    "exchange online": _report(
        "From: postmaster@desk.onmicrosoft.example\nTo: support@desk.example\nSubject: Undeliverable: Re: printer\n"
        "X-MS-Exchange-Message-Is-Ndr:\nReferences: <fd.orig-1@desk.example>\n",
        "Delivery has failed to these recipients or groups:\n\nkim@gone.example\nThe email address wasn't found.\n",
        FAILED,
    ),
    "domino": _report(
        "From: Mail Router <router@notes.example>\nSubject: DELIVERY FAILURE: User kim not listed in Directory\n",
        "Your message\n\n  Subject: Re: printer\n\nwas not delivered to:\n\n  kim@gone.example\n",
        FAILED,
    ),
    "content filter": _report(
        "From: MAILER-DAEMON <>\nSubject: **Message you sent blocked by our bulk email filter**\n",
        "Your message to: kim@gone.example was blocked by our Spam Firewall.\n",
        FAILED,
    ),
    "opensmtpd": _report(
        "From: Mailer Daemon <MAILER-DAEMON@mx.example>\nSubject: Delivery status notification: error\n",
        "Hi!\n\nThis is the MAILER-DAEMON, please DO NOT REPLY to this email.\n",
        FAILED.replace("Action: failed", "Action: error"),
    ),
    "exim": (
        "Return-Path: <>\nFrom: Mail Delivery System <Mailer-Daemon@mx.example>\nTo: support@desk.example\n"
        "Subject: Mail delivery failed: returning message to sender\nX-Failed-Recipients: kim@gone.example\n"
        "Auto-Submitted: auto-replied\nMessage-Id: <E1G5JKH-0008xD-3e@mx.example>\n\n"
        "This message was created automatically by mail delivery software.\n\n"
        "A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. "
        "The following address(es) failed:\n\n  kim@gone.example\n    SMTP error from remote mail server after "
        "RCPT TO:\n"
        "    550 5.1.1 No account by that name here\n\n"
        f"------ This is a copy of the message, including all the headers. ------\n\n{ORIGINAL}"
    ),
    "qmail": (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: support@desk.example\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the "
        "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<kim@gone.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 User unknown\n"
        f"Giving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\n{ORIGINAL}"
    ),
    "sendmail, long ago": (
        "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>\nSubject: Returned mail: User unknown\n\n"
        "The original message was received at Mon, 5 Jan 1998 10:00:00 GMT from localhost\n\n"
        "   ----- The following addresses had permanent fatal errors -----\nkim@gone.example\n\n"
        f"   ----- Transcript of session follows -----\n550 kim@gone.example... User unknown\n\n   ----- "
        f"Unsent message follows -----\n{ORIGINAL}"
    ),
    "exchange 2003": (
        "From: System Administrator <postmaster@corp.example>\nTo: support@desk.example\nSubject: "
        "Undeliverable: Re: printer\n"
        "X-Mailer: Internet Mail Service (5.5.2657.72)\nMIME-Version: 1.0\nContent-Type: multipart/mixed; "
        "boundary=B\n\n"
        "--B\nContent-Type: text/plain\n\nYour message\n\n  To:      kim@gone.example\n  Subject: Re: printer\n"
        "  Sent:    Mon, 5 Jan 2026 10:00:00 -0000\n\ndid not reach the following recipient(s):\n\n"
        "kim@gone.example on Mon, 5 Jan 2026 10:00:02 -0000\n    The recipient name is not recognized\n"
        f"    MSEXCH:IMS:ORG:SITE:HOST 0 (000C05A6) Unknown Recipient\n\n--B\nContent-Type: message/rfc822\n\n"
        f"{ORIGINAL}\n--B--\n"
    ),
    "imail": (
        'From: "Postmaster" <postmaster@mail.example>\nSubject: Undeliverable Mail\nX-Mailer: <SMTP32 v10.0>\n\n'
        f"User mailbox exceeds allowed size: kim@gone.example\n\n\nOriginal message follows.\n\n{ORIGINAL}"
    ),
    "notes": (
        "Return-Path: <>\nFrom: postmaster@notes.example\nSubject: Undeliverable message\n\n"
        "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\nkim@gone.example\n\n"
        f"------- Returned Message --------\n{ORIGINAL}"
    ),
    "groupwise": (
        "From: Mailer-Daemon@gw.example\nSubject: Message status - undeliverable\n"
        "X-Mailer: Novell GroupWise Internet Agent 6.5.7\n\n"
        "The message that you sent was undeliverable to the following:\n\n\tkim (User account is expired)\n"
    ),
    "yahoo": (
        "From: MAILER-DAEMON@yahoo.example\nSubject: Failure Notice\n\nSorry, we were unable to deliver your "
        "message to the "
        "following address.\n\n<kim@gone.example>:\n554: delivery error: dd This user doesn't have an account\n\n"
        f"--- Below this line is a copy of the message.\n\n{ORIGINAL}"
    ),
    "mobile carrier": (
        "From: no-reply@carrier.example\nSubject: =?utf-8?b?44Oh44O844Or44Ko44Op44O86YCa55+l?=\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\n"
        "Your mail sent on: Mon, 5 Jan 2026 10:00:00 +0900\n     Could not be delivered to: <kim@gone.example>\n"
        f"     As their mailbox is full.\n\n--B\nContent-Type: message/rfc822\n\n{ORIGINAL}\n--B--\n"
    ),
    "appliance": (
        "Return-Path: <MAILER-DAEMON@mx.example>\nFrom: <MAILER-DAEMON@mx.example>\nSubject: Delivery Status\n"
        'Content-Type: Multipart/Mixed; boundary="---Boundary-00=_0"\n\n-----Boundary-00=_0\n'
        'Content-Type: text/plain; name="deliveryproblems.txt"\n\n    --- The following addresses had delivery '
        "problems ---\n\n"
        "<kim@gone.example>   (Unknown user kim@gone.example)\n\n-----Boundary-00=_0\n"
        'Content-Type: message/delivery-status; name="deliverystatus.txt"\n\nOriginal-Recipient: <kim@gone.example>\n'
        "Action: failed\nDiagnostic-Code: smtp; 550 Unknown user kim@gone.example\n\n-----Boundary-00=_0\n"
        f"Content-Type: message/rfc822\n\n{ORIGINAL}\n-----Boundary-00=_0--\n"
    ),
    "german provider": (
        "From: Mail Delivery System <mailer-daemon@kundenserver.example>\nSubject: Mail delivery failed: "
        "returning message "
        "to sender\n\nThis message was created automatically by mail delivery software.\n\nA message that you "
        "sent could not "
        f"be delivered to the following addresses:\n\nkim@gone.example\nReason: unknown user\n\n--- The header "
        f"of the original message is following. ---\n\n{ORIGINAL}"
    ),
    "german words": (
        "Return-Path: <>\nFrom: Postmaster <postmaster@firma.example>\nSubject: Unzustellbar: Re: Drucker\n\n"
        "Ihre Nachricht konnte an folgende Empfänger nicht zugestellt werden:\n\nkim@gone.example\n550 5.1.1 "
        "unbekannt\n"
    ),
    "no sender, russian": (
        "Return-Path: <>\nFrom: mailer-daemon@mail.example\nSubject: "
        "=?utf-8?b?0J3QtdC00L7RgdGC0LDQstC70LXQvdC90L7QtQ==?=\n\n"
        "kim@gone.example: user not found\n"
    ),
    "an antivirus gateway": (
        "From: Antivirus_for_SMTP_Gateways@corp.example\nSubject: Delivery failure notification\n\n"
        "Your message with Subject: printer\ncould not be delivered to the following recipients:\n\nkim@gone.example\n"
    ),
    "a mail service of its own kind": (
        "From: E500_SMTP_Mail_Service@isp.example\nSubject: Returned Mail - Error During Delivery\n\n"
        "------ Failed Recipients ------\n\n<kim@gone.example>: Requested action not taken: mailbox unavailable. "
        f"[SMTP Error Code 550]\n-------- Returned Mail --------\n\n{ORIGINAL}"
    ),
    "a server behind a mailing list": (
        "Return-Path: <list-admin@lists.example>\nFrom: MDaemon@server.example\nList-Id: <list.example>\n"
        "Precedence: bulk\n"
        "Subject: Permanent Delivery Failure\n\nThe following addresses did NOT receive a copy of your message:\n\n"
        "> kim@gone.example\n\n--- Session Transcript ---\n RCPT To:<kim@gone.example>\n 552 over quota\n--- "
        "End Transcript ---\n"
    ),
    "an administrator who is none": (
        'From: <"System Administrator"@server.example>\nSubject: Delivery Failure\n\n'
        "Could not deliver message to the following recipient(s):\n\nFailed Recipient: kim@gone.example\n"
        "Reason: Remote host said: 550 unknown user\n\n   -- The header and top 20 lines of the message follows --\n"
    ),
    "a sender with an empty address": (
        "From: Postmaster <>\nSubject: Undeliverable: kim@gone.example\n\nYour Message\n\nTo:      "
        "<kim@gone.example>\n\n"
        "Subject: printer\n\nDid not reach the following recipient: kim@gone.example\n"
    ),
    "a quota told in a receipt": (
        "Return-Path: <MAILER-DAEMON>\nFrom: Mail Delivery Subsystem <admin@mail.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n'
        "Subject: Automatically rejected mail\nAuto-Submitted: auto-replied (rejected)\n\n--b\nContent-Type: "
        "text/plain\n\n"
        "Your message to <kim@gone.example> was automatically rejected:\nQuota exceeded\n\n--b\n"
        f"Content-Type: message/rfc822\n\n{ORIGINAL}\n--b--\n"
    ),
}

DELAYS = {
    "postfix": _report(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example (Mail Delivery System)\n"
        "Subject: Delayed Mail (still being retried)\n",
        "THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE.\n",
        FAILED.replace("failed", "delayed").replace("5.1.1", "4.4.1"),
    ),
    "exim": (
        "From: Mail Delivery System <Mailer-Daemon@mx.example>\nSubject: Warning: message 1abc delayed 24 hours\n\n"
        "This message was created automatically by mail delivery software.\nA message that you sent has not "
        "yet been delivered"
        " to one or more of its\nrecipients after more than 24 hours on the queue.\n\n  kim@gone.example\n"
    ),
}
