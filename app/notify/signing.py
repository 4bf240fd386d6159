"""What stands below a reply."""

from app import people
from app.tickets.messages import Message


def signed(message: Message) -> str:
    """Return a reply as it is mailed: with the signature of who wrote it, unless it ends so already."""
    author = people.by_actor(message.author)
    signature = author.signature if author is not None else ""
    body = message.body.rstrip()
    return message.body if not signature or body.endswith(signature) else f"{body}\n\n{signature}"
