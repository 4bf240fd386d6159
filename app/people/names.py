"""What to call an actor on the screen."""

from app.people.agents import by_actor


def name_of(actor: str) -> str:
    """Return a person's words for an actor string; `contacts.name_of` knows contacts as well."""
    if agent := by_actor(actor):
        return agent.name
    kind, _, key = actor.partition(":")
    if kind == "system":
        return "Flowdesk"
    return "Process" if kind == "process" else f"{kind.capitalize()} {key}".strip()
