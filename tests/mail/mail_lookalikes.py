"""Mails that look like delivery reports and are none."""

from mail_samples import BOUNCES, FAILED

_BOUNCED_TEXT = BOUNCES["postfix"].partition("charset=us-ascii\n\n")[2].partition("--AA/")[0]
PERSON = "From: Kim <kim@corp.example>\nTo: support@desk.example\nMessage-ID: <p1@corp.example>\n"

NOT_BOUNCES = {
    "a person forwards a bounce in the text": (
        f"{PERSON}Subject: Fwd: Undelivered Mail Returned to Sender\n\nWhat is this?\n\n---------- Forwarded "
        f"message ---------\n"
        f"From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender\n\n{_BOUNCED_TEXT}"
    ),
    "a person pastes a bounce under its own subject": (
        f"{PERSON}Subject: Undelivered Mail Returned to Sender\n\nI get this when I write to Ann:\n\n{_BOUNCED_TEXT}"
    ),
    "a person forwards a bounce as an attachment": (
        f"{PERSON}Subject: Undeliverable: Re: printer\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=P\n\n"
        "--P\nContent-Type: text/plain\n\nPlease look at this.\n\n--P\nContent-Type: message/rfc822\n\n"
        f"{BOUNCES['postfix']}\n--P--\n"
    ),
    "a mail program forwards the parts of a bounce": (
        f"{PERSON}Subject: Fwd: Delivery Status Notification (Failure)\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=P\n\n--P\nContent-Type: text/plain\n\nSee below.\n\n--P\n"
        f"Content-Type: message/delivery-status\n\n{FAILED}\n--P--\n"
    ),
    "a person writes about undeliverable parcels": (
        f"{PERSON}Subject: Undeliverable parcels\n\nTwo parcels could not be delivered to our shop. Please help.\n"
    ),
    "a person answers a bounce": (
        f"{PERSON}Subject: Re: Mail delivery failed: returning message to sender\nIn-Reply-To: <x@y>\n\n"
        f"Why does this happen?\n\n> This message was created automatically by mail delivery software.\n> "
        f"kim@gone.example\n"
    ),
    "a parcel service writes": (
        "From: Parcels <no-reply@parcels.example>\nSubject: Delivery notification: your parcel\n\n"
        "Your parcel could not be delivered today. We will try again tomorrow.\n"
    ),
    "a bank says a payment was returned": (
        "From: notifications@bank.example\nSubject: Returned payment\n\nA payment was rejected. Error 550.\n"
    ),
    "a postmaster who is a person answers": (
        "From: Pat <postmaster@corp.example>\nSubject: Re: mail to Kim\nIn-Reply-To: <x@y>\n\n"
        "Kim's mailbox is full, user unknown is what others see. I have fixed it: 550 is gone.\n"
    ),
    "a list talks about bounces": (
        "From: Pat <pat@corp.example>\nSubject: bounce handling\nList-Id: <mailops.example>\n\n"
        "Undelivered Mail Returned to Sender: what do you do with it?\n"
    ),
    "a web server tells of a delivery": (
        "From: webserver@shop.example\nSubject: Delivery notification\n\nThe parcel could not be delivered to "
        "the shop.\n"
    ),
    "failure in a system that is no mail system": (
        f"{PERSON}Subject: Failure notice of the heating\n\nThe heating failed again, error 5.1.1.\n"
    ),
}
