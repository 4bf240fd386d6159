"""Project: where something is delivered, and its board; segments are the parts of it that customers may ask for."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Base, Public

MEANINGS = ("open", "done", "cancelled")


class Project(Public, Base):
    """`revision` rises with every change on the board; whoever looks at it asks only for that."""

    __tablename__ = "project"

    key: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    revision: Mapped[int] = mapped_column(default=0)
    last_number: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    columns: Mapped[list["Column"]] = relationship(order_by="(Column.position, Column.id)")
    segments: Mapped[list["Segment"]] = relationship(back_populates="project", order_by="Segment.name")

    @property
    def subject(self) -> str:
        """The subject of its events."""
        return f"project:{self.id}"


class Segment(Public, Base):
    """A part of a project; mail to one of its addresses, or with its prefix in the subject, asks for work there."""

    __tablename__ = "segment"
    __table_args__ = (Index("uq_segment_project_id_key", "project_id", "key", unique=True),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    key: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    prefix: Mapped[str | None] = mapped_column(String(60), unique=True)  # in lower case
    archived_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship(back_populates="segments")
    addresses: Mapped[list["SegmentAddress"]] = relationship(order_by="SegmentAddress.email")

    @property
    def path(self) -> str:
        """What drawings, forms and the API call it: `PROJECT/segment`."""
        return f"{self.project.key}/{self.key}"

    @property
    def title(self) -> str:
        """What people call it."""
        return f"{self.project.name} · {self.name}"


class SegmentAddress(Base):
    """A mail address in lower case; belongs to one segment only."""

    __tablename__ = "segment_address"

    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    segment_id: Mapped[int] = mapped_column(ForeignKey("segment.id"), index=True)


class Column(Public, Base):
    """`meaning`: a card in it is open, done or cancelled. `wip_limit`: how many cards it should hold at most."""

    __tablename__ = "board_column"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    wip_limit: Mapped[int | None]
    meaning: Mapped[str] = mapped_column(String(10), default="open")
