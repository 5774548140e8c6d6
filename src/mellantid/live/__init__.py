"""Live: one writer of the ledger, a feed that follows it, and the credit of what happens."""

from mellantid.live.feed import Feed
from mellantid.live.happened import Event, Flood
from mellantid.live.office import Office
from mellantid.live.telling import Telling
from mellantid.live.writer import Writer

__all__ = ["Event", "Feed", "Flood", "Office", "Telling", "Writer"]
