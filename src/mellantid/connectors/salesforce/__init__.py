"""Salesforce: opportunities by REST queries and Bulk API 2.0, followed by SystemModstamp."""

from typing import Final

from mellantid.connectors.connector import Kind
from mellantid.connectors.salesforce.salesforce import make
from mellantid.connectors.salesforce.settings import FIELDS

KIND: Final = Kind("salesforce", "Salesforce", FIELDS, hooks=False, make=make)
