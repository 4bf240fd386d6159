"""The rows of the engine: what is deployed, what runs, what waits, what happened."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Base, Public


class Definition(Public, Base):
    """One deployed version of a drawing (`bpmn`) or decision table (`dmn`)."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("key", "version"),)

    key: Mapped[str] = mapped_column(String(80), index=True)
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(200))
    hash: Mapped[str] = mapped_column(String(64))
    xml: Mapped[str] = mapped_column(Text, deferred=True)
    start_message: Mapped[str | None] = mapped_column(String(80))
    start_when: Mapped[str] = mapped_column(Text, default="")  # an expression over what the message carries
    calls: Mapped[dict[str, Any]] = mapped_column(default=dict)  # called process key → definition id
    # Names of every message the drawing knows, and of those that wait for the process.
    messages: Mapped[list[Any]] = mapped_column(default=list, deferred=True)
    kept_messages: Mapped[list[Any]] = mapped_column(default=list, deferred=True)
    active: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(Text, default="")
    deployed_at: Mapped[datetime] = mapped_column(default=clock.now)
    deployed_by: Mapped[str] = mapped_column(String(80))


class Instance(Public, Base):
    """One running or finished process. `state` holds the tree without specification, and nothing once it ended."""

    __tablename__ = "instance"
    __table_args__ = (Index("ix_instance_business_key_id", "business_key", "id"),)

    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"), index=True)
    business_key: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(12), default="running", index=True)
    state: Mapped[bytes | None] = mapped_column(LargeBinary)
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    started_by: Mapped[str] = mapped_column(String(80))
    ended_at: Mapped[datetime | None]

    definition: Mapped[Definition] = relationship(lazy="joined", innerjoin=True)


class Job(Public, Base):
    """One piece of work for a worker: of a service task, or standing alone (`instance_id` is null)."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state_due_at", "state", "due_at"),
        Index("ix_job_instance_id_state", "instance_id", "state"),
    )

    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    task_id: Mapped[str | None] = mapped_column(String(36))
    element: Mapped[str] = mapped_column(String(120), default="")
    topic: Mapped[str] = mapped_column(String(80))
    params: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="queued")  # queued leased done failed raised dropped
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)  # next try while queued, end of the lease while leased
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str] = mapped_column(Text, default="")
    unique_key: Mapped[str | None] = mapped_column(String(120), unique=True)

    instance: Mapped[Instance | None] = relationship()


class UserTask(Public, Base):
    """One task for a person: `form` says what is asked, `lane` who may answer."""

    __tablename__ = "user_task"
    __table_args__ = (
        Index("ix_user_task_state_due_at", "state", "due_at"),
        Index("ix_user_task_business_key_state", "business_key", "state"),
        Index("ix_user_task_instance_id_state", "instance_id", "state"),
    )

    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    task_id: Mapped[str] = mapped_column(String(36))
    business_key: Mapped[str] = mapped_column(String(80))
    element: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    form: Mapped[str] = mapped_column(String(80))
    lane: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(10), default="open")  # open completed cancelled
    assignee: Mapped[str | None] = mapped_column(String(80))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    claimed_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[str | None] = mapped_column(String(80))

    instance: Mapped[Instance] = relationship()


def _due_at(context: Any) -> datetime:
    due: datetime = context.get_current_parameters()["due_at"]
    return due


class Timer(Base):
    """A due date lifted out of a waiting drawing; `fired` is set by compare-and-set with the effect."""

    __tablename__ = "timer"
    __table_args__ = (
        Index("ix_timer_state_look_at", "state", "look_at"),
        Index("ix_timer_instance_id_state", "instance_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    task_id: Mapped[str] = mapped_column(String(36))
    element: Mapped[str] = mapped_column(String(120))
    due_at: Mapped[datetime]
    look_at: Mapped[datetime] = mapped_column(default=_due_at)  # put on by a claim and after a failure
    attempts: Mapped[int] = mapped_column(default=0)  # claims since it came due
    state: Mapped[str] = mapped_column(String(10), default="waiting")  # waiting fired cancelled failed
    fired_at: Mapped[datetime | None]


class Subscription(Base):
    """A message an instance waits for; gone when it no longer waits."""

    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("message", "business_key", "instance_id", "task_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), index=True)
    task_id: Mapped[str] = mapped_column(String(36))
    element: Mapped[str] = mapped_column(String(120))
    message: Mapped[str] = mapped_column(String(80))
    business_key: Mapped[str] = mapped_column(String(80))


class KeptMessage(Base):
    """A message that came while its instance was busy; taken as soon as the drawing waits for it."""

    __tablename__ = "kept_message"
    __table_args__ = (Index("ix_kept_message_instance_id_message", "instance_id", "message"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    message: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]]
    actor: Mapped[str] = mapped_column(String(80))


class Bookmark(Base):
    """Where an instance stood: its state, and the rows of what people and workers had to do then."""

    __tablename__ = "bookmark"
    __table_args__ = (Index("ix_bookmark_name", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    state: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(String(12))
    rows: Mapped[dict[str, Any]]
    set_at: Mapped[datetime] = mapped_column(default=clock.now)


class Incident(Public, Base):
    """What is stuck and why; a person retries or skips it."""

    __tablename__ = "incident"

    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    element: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="open", index=True)  # open retried skipped overtaken
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(String(80))

    instance: Mapped[Instance | None] = relationship()
    job: Mapped[Job | None] = relationship()


class Step(Base):
    """One append-only line of an instance's history: a step entered or left, a flow taken, a message, a timer."""

    __tablename__ = "step"
    __table_args__ = (Index("ix_step_instance_id_id", "instance_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(
        String(20)
    )  # started entered completed failed cancelled flow message timer incident ended
    element: Mapped[str] = mapped_column(String(120), default="")
    element_name: Mapped[str] = mapped_column(String(200), default="")
    flow: Mapped[str] = mapped_column(String(120), default="")
    business_key: Mapped[str] = mapped_column(String(80))
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    version: Mapped[int]
    inputs: Mapped[dict[str, Any] | None]
    outputs: Mapped[dict[str, Any] | None]
    duration_ms: Mapped[float | None]
