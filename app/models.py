"""Every table, so that migrations see them all."""

import app.api.idempotency
import app.channels.outbox
import app.channels.raw
import app.contacts.contact
import app.csat.survey
import app.departments.department
import app.engine.models
import app.events
import app.notify.templates
import app.options
import app.people.agent
import app.routing.dispatch
import app.sla.clock_row
import app.sla.policy
import app.tickets.messages
import app.tickets.ticket  # noqa: F401
