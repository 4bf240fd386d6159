"""Every table, so that migrations see them all."""

import app.api.idempotency
import app.cards.board
import app.cards.card
import app.channels.outbox
import app.channels.raw
import app.contacts.contact
import app.crm.source
import app.csat
import app.csat.survey
import app.departments.department
import app.engine.models
import app.events
import app.merges.record
import app.notify.templates
import app.oncall.slot
import app.options
import app.people.agent
import app.routing.dispatch
import app.sla.clock_row
import app.sla.policy
import app.tickets.linking
import app.tickets.merging
import app.tickets.messages
import app.tickets.ticket
import app.tickets.time_spent  # noqa: F401
