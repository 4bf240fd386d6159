"""Looking up boards and cards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.cards.board import Column, Project, Segment, SegmentAddress
from app.cards.card import Card, CardTicket, ChecklistItem
from app.db import db
from app.errors import NotFound
from app.events import Event
from app.paging import Page, paginate
from app.text import one_line
from app.tickets.ticket import Ticket

RECENT = timedelta(days=14)
MOST_ENDED = 30
_RECIPIENTS = 500


@dataclass(frozen=True)
class Linked:
    """A card of a ticket, and how they belong together."""

    card: Card
    link: CardTicket


@dataclass(frozen=True)
class Lane:
    """A column of a board with the cards shown in it; `count` counts those that are not shown too."""

    column: Column
    cards: list[Card]
    count: int

    @property
    def full(self) -> bool:
        return self.column.wip_limit is not None and self.count >= self.column.wip_limit


def projects(archived: bool = False) -> list[Project]:
    """Return the projects by name, those in use or those put away."""
    query = select(Project).where(Project.archived_at.is_not(None) if archived else Project.archived_at.is_(None))
    eager = (selectinload(Project.columns), selectinload(Project.segments).selectinload(Segment.addresses))
    return list(db.session.scalars(query.order_by(Project.name, Project.id).options(*eager)))


def segments() -> list[Segment]:
    """Return the segments customers may ask for, by project and name."""
    return [one for project in projects() for one in project.segments if one.archived_at is None]


def project(public_id: str) -> Project:
    """Return the project, and board, the outside names so; raise NotFound."""
    found = db.session.scalar(select(Project).where(Project.public_id == one_line(public_id, 36)))
    if found is None:
        raise NotFound("There is no such board.")
    return found


def project_by_key(key: str) -> Project:
    """Return a project by its key, in any case; raise NotFound that names the known keys."""
    found = db.session.scalar(select(Project).where(Project.key == one_line(key, 11).upper()))
    if found is None:
        known = ", ".join(one.key for one in projects())
        raise NotFound(f"There is no project {key!r}; there are {known or 'none yet'}.")
    return found


def segment_at(path: str) -> Segment:
    """Return the segment called `PROJECT/segment`; raise NotFound for one that is unknown or archived."""
    key, _, name = one_line(path, 60).partition("/")
    query = select(Segment).join(Project, Project.id == Segment.project_id)
    query = query.where(Project.key == key.upper(), Segment.key == name.lower())
    found = db.session.scalar(query.where(Segment.archived_at.is_(None), Project.archived_at.is_(None)))
    if found is None:
        known = ", ".join(one.path for one in segments())
        raise NotFound(f"There is no segment {path!r}; there are {known or 'none yet'}.")
    return found


def segment_of_mail(addresses: Iterable[str], subject: str) -> Segment | None:
    """Return the segment a mail is meant for: by an address, with or without a plus detail, else by its subject."""
    wanted = [one_line(address, 320).lower() for address in addresses][:_RECIPIENTS]
    names = {name for address in wanted for name in (address, _without_detail(address))}
    query = select(Segment).join(Project, Project.id == Segment.project_id)
    query = query.where(Segment.archived_at.is_(None), Project.archived_at.is_(None))
    owned = select(SegmentAddress.segment_id).where(SegmentAddress.email.in_(names))
    by_address = db.session.scalar(query.where(Segment.id.in_(owned)).order_by(Segment.id).limit(1))
    if by_address is not None:
        return by_address
    said = one_line(subject, 200).lower()
    found = [one for one in db.session.scalars(query.where(Segment.prefix.is_not(None))) if one.prefix]
    fitting = [one for one in found if one.prefix and said.startswith(one.prefix)]
    return max(fitting, key=lambda one: len(one.prefix or ""), default=None)


def column(public_id: str) -> Column:
    """Return the column the outside names so; raise NotFound."""
    found = db.session.scalar(select(Column).where(Column.public_id == one_line(public_id, 36)))
    if found is None:
        raise NotFound("There is no such column.")
    return found


def card(name: str) -> Card:
    """Return a card by public id or number such as `REL-12`; raise NotFound."""
    name = one_line(name, 36)
    found = db.session.scalar(_whole().where(or_(Card.public_id == name, Card.number == name.upper())))
    if found is None:
        raise NotFound("There is no such card.")
    return found


def by_id(card_id: int) -> Card:
    """Return the card with this key; raise NotFound."""
    found = db.session.get(Card, card_id)
    if found is None:
        raise NotFound("There is no such card.")
    return found


def item(card: Card, public_id: str) -> ChecklistItem:
    """Return a line of a card's checklist; raise NotFound."""
    found = next((one for one in card.checklist if one.public_id == public_id), None)
    if found is None:
        raise NotFound("The checklist has no such line.")
    return found


def cards_of(ticket: Ticket) -> list[Linked]:
    """Return the cards of a ticket, the newest last."""
    query = select(Card, CardTicket).join(CardTicket, CardTicket.card_id == Card.id)
    query = query.where(CardTicket.ticket_id == ticket.id).order_by(Card.id)
    return [Linked(found, link) for found, link in db.session.execute(query)]


def lanes(project: Project) -> list[Lane]:
    """Return the board: every open card in order, and of those that ended the ones of the last two weeks."""
    held = select(Card.column_id, func.count()).where(Card.project_id == project.id).group_by(Card.column_id)
    counts = dict(db.session.execute(held).all())
    shown: dict[int, list[Card]] = {one.id: [] for one in project.columns}
    fresh = Card.updated_at > clock.now() - RECENT
    ended = or_(Card.done_at.is_not(None), Card.cancelled_at.is_not(None))
    query = _whole().where(Card.project_id == project.id, or_(~ended, fresh))
    for one in db.session.scalars(query.order_by(Card.position, Card.id)):
        if one.column.meaning == "open" or len(shown[one.column_id]) < MOST_ENDED:
            shown[one.column_id].append(one)
    return [Lane(one, shown[one.id], counts.get(one.id, 0)) for one in project.columns]


def search(
    page: int,
    page_size: int,
    *,
    project: Project | None = None,
    owner_id: int | None = None,
    ticket: str = "",
    state: str = "",
) -> Page[Card]:
    """Return cards in the order of their boards; `ticket` is a number, `state` open, done or cancelled."""
    query = _whole().join(Column, Column.id == Card.column_id)
    query = query.order_by(Card.project_id, Column.position, Card.position, Card.id)
    if project is not None:
        query = query.where(Card.project_id == project.id)
    if owner_id is not None:
        query = query.where(Card.owner_id == owner_id)
    if ticket:
        linked = select(CardTicket.card_id).join(Ticket, Ticket.id == CardTicket.ticket_id)
        query = query.where(Card.id.in_(linked.where(Ticket.number == one_line(ticket, 24).upper())))
    if state:
        query = query.where(Column.meaning == state)
    return paginate(query, page, page_size)


def history(card: Card) -> list[Event]:
    """Return what happened to a card, newest first; what was told to several tickets at once counts once."""
    query = select(Event).where(Event.subject == card.key).order_by(Event.id.desc()).limit(200)
    found: list[Event] = []
    for event in db.session.scalars(query):
        if not found or not _same(event, found[-1]):
            found.append(event)
    return found


def _same(event: Event, next_one: Event) -> bool:
    told = (event.name, event.actor, event.before, event.after, event.data)
    others = event.ticket_id != next_one.ticket_id
    return others and told == (next_one.name, next_one.actor, next_one.before, next_one.after, next_one.data)


def _whole() -> Select[Card]:
    return select(Card).options(
        joinedload(Card.project),
        joinedload(Card.column),
        joinedload(Card.segment),
        joinedload(Card.owner),
        joinedload(Card.contact),
        selectinload(Card.checklist),
        selectinload(Card.links).joinedload(CardTicket.ticket),
    )


def _without_detail(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
