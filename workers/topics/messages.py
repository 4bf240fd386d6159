"""What happens at the desk and reaches the drawings as a message of the same name, and the lanes people answer in."""

from typing import Any

from app.engine import lane, message
from app.people.permissions import LANES

lane(*LANES)

message("request.received", "A customer asks for help; starts a ticket's process.", drawn=True, ticket=int, again=bool)
message("customer.replied", "The customer wrote again.", message=int)
message("agent.replied", "An agent wrote to the customer.", message=int)
message("note.added", "An agent wrote a note only colleagues see.", message=int)
message("message.held", "A mail is kept until an agent lets its sender take part.", message=int)
message("message.automatic", "An automatic mail came in or went out.", message=int)
message("message.sent", "A mail was handed to the mail server.", message=int)
message("message.failed", "A mail could not be sent.", message=int)
message("message.unknown", "Nobody knows whether a mail left; an agent looks.", message=int)

_STATUS: dict[str, Any] = {"ticket": int, "status": str, "wait_reason": str}
message("ticket.status_changed", "The status is another one; told with every change.", **_STATUS)
message("ticket.waiting", "The ticket waits for somebody.", **_STATUS)
message("ticket.resolved", "The ticket is resolved.", **_STATUS)
message("ticket.closed", "The ticket is closed.", **_STATUS)
message("ticket.cancelled", "The ticket is cancelled.", **_STATUS)
message("ticket.rejected", "The ticket is rejected.", **_STATUS)
message("ticket.reopened", "A ticket that was done is open again.", **_STATUS)

message("ticket.assigned", "An agent got the ticket, or nobody has it any more.", ticket=int, agent=int)
message("ticket.stage_changed", "The ticket came to another stage of the board.", ticket=int, stage=str)
message("ticket.priority_changed", "The priority is another one.", priority=str)
message("ticket.department_changed", "The ticket moved to another department.", department=str)
message("ticket.category_changed", "The category is another one.", category=str)
message("ticket.tags_changed", "The tags are others.", tags=list[str])
message("ticket.flagged", "The ticket was flagged for a manager.", why=str)
message("ticket.unflagged", "The flag was taken off.", why=str)
message("ticket.participant_added", "Somebody else takes part in the conversation.", contact=int)
message("proposal.made", "The AI proposed something.", proposal=int, kind=str, source=str)

_SURVEY: dict[str, Any] = {"ticket": int, "survey": int}
message("ticket.rated", "The customer rated, or changed the rating from before.", score=int, before=int, **_SURVEY)
message("survey.opened", "A survey is to be asked; starts its process.", **_SURVEY)
message("survey.reminded", "The customer was reminded of a survey.", **_SURVEY)
message("survey.followed_up", "Somebody talked to an unhappy customer.", outcome=str, **_SURVEY)

_CLOCK: dict[str, Any] = {"clock": int, "kind": str}
message("clock.started", "A clock runs; starts its process.", ticket=int, **_CLOCK)
message("clock.near_breach", "A clock nears its breach.", **_CLOCK)
message("clock.breached", "A clock ran out.", **_CLOCK)
message("clock.met", "What a clock asked for was done.", **_CLOCK)
message("clock.paused", "A clock stands still.", **_CLOCK)
message("clock.resumed", "A clock runs again.", **_CLOCK)

_ELEMENT: dict[str, Any] = {"element": str}
message("incident.retried", "Somebody tried again what was stuck.", **_ELEMENT)
message("incident.skipped", "Somebody skipped what was stuck.", result=dict[str, Any], **_ELEMENT)
message("task.claimed", "Somebody took a task.", task=str)
message("task.released", "Somebody gave a task back.")

message("agent.added", "A colleague joined.")
message("agent.role_changed", "A colleague has another role.")
message("agent.absent_changed", "A colleague is away, or back.")
message("agent.active_changed", "A colleague was let in or kept out.")
message("agent.password_set", "A colleague has another password.")
message("agent.signed_in", "A colleague signed in.")
message("agent.sign_in_refused", "A sign-in was refused.", email=str)
message("access.refused", "Somebody asked for what they may not have.", permission=str, path=str)
message("token.created", "A colleague made an API token.", token=int)
message("token.revoked", "API tokens no longer work.", token=int, tokens=list[int])
message("contact.added", "A contact is new.")
message("contact.named", "A contact's name became known.")
message("contact.vip_changed", "A contact goes first, or no longer.")
message("organisation.added", "An organisation is new.")
message("department.added", "A department is new.", key=str, name=str)
message("department.address_added", "Mail to an address opens tickets in a department.", address=str)
message("department.joined", "A colleague became a member.", agent=int)
message("department.left", "A colleague is no longer a member.", agent=int)
message("department.calendar_changed", "A department has other opening hours.")
message("category.added", "A category is new.")
message("option.set", "An option of the desk is another one.")
message("template.changed", "What a mail to customers says is something else.")
message("template.restored", "A mail to customers says what it said at first.")
message("policy.set", "A promise of the SLA is another one.")
message("mail.understood", "A raw mail was understood.")
message("mail.quarantined", "A raw mail could not be understood.")
message("mail.duplicate", "A raw mail was received before.")
message("mail.ignored", "A raw mail needed no ticket.")
message("mail.settled", "Somebody decided about a mail that failed or was in doubt.")
