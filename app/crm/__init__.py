"""CRM: reads contacts from the customer systems of a company, through one connector per kind of system."""

from app.crm import runs, sources
from app.crm.connectors import Connector, Fetched, Order, Unusable
from app.crm.record import FIELDS, Record, Unreadable
from app.crm.source import INTERVALS, KINDS, Line, Run, Source

__all__ = [
    "FIELDS",
    "INTERVALS",
    "KINDS",
    "Connector",
    "Fetched",
    "Line",
    "Order",
    "Record",
    "Run",
    "Source",
    "Unreadable",
    "Unusable",
    "runs",
    "sources",
]
