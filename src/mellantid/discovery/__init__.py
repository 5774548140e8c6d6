"""Discovery: a proposed process and map for a file that nobody has mapped."""

from mellantid.discovery.propose import Proposal, discover

__all__ = ["Proposal", "discover"]
