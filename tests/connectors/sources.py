"""The sources on which the contract is tested: a vendor joins by one entry in `ALL`.

What a source is comes from its connector's `KIND` and its simulator's `SIMULATOR`; here stands only
what is different with it.
"""

from dataclasses import dataclass, field, replace
from importlib.util import find_spec

from contract import BEGAN

from mellantid.connectors.kinds import kind_of
from mellantid.simulators.crm import SimulatedCrm, facts
from mellantid.simulators.simulator import simulator_of


@dataclass(frozen=True)
class Source:
    """A kind of source as the contract tests it.

    Attributes:
        name: of the kind and of its simulator.
        variant: what is tested of it, where it is in the list more than once.
        values: given to connector and simulator instead of what the simulator proposes.
        stages_told: whether a stage's name and existence are told (not where stages are columns).
        merges: whether deals can be merged.
        signed: whether a webhook's body is signed; else only its sender shows a secret.
        dated: whether a webhook says when it was sent, and that is signed.
        by_requests: whether it is asked by requests, which are counted and can fail: a database is
            not, and `test_sql_contract` holds it to the rest.

    """

    name: str
    variant: str = ""
    values: dict = field(default_factory=dict)
    stages_told: bool = True
    merges: bool = True
    signed: bool = True
    dated: bool = True
    by_requests: bool = True

    @property
    def kind(self):
        return kind_of(self.name)

    @property
    def simulator(self):
        return simulator_of(self.name)

    @property
    def truth(self):
        """All that the source can tell of a pipeline, from the CRM and the pipeline's id."""
        return self.simulator.truth

    @property
    def there(self):
        """Whether both rooms are there."""
        rooms = (f"mellantid.connectors.{self.name}", f"mellantid.simulators.{self.name}")
        return all(find_spec(room) for room in rooms)

    def __str__(self):
        return f"{self.name}-{self.variant}" if self.variant else self.name


class ToldOnly(Source):
    """A source that is never asked: nothing is known of a deal before it tells of it first."""

    @property
    def truth(self):
        return _since_it_began


def _since_it_began(crm, pipeline):
    """The facts of what has happened since the webhooks began, from how it then stood on."""
    found = SimulatedCrm(crm.now)
    for deal in crm.deals.values():
        fresh = [each.at for each in deal.events if each.at >= BEGAN]
        if fresh:
            events = [replace(each, at=max(each.at, fresh[0])) for each in deal.events]
            found.deals[deal.id] = replace(deal, events=events)
    return facts(found, pipeline)


ALL = (
    Source("hubspot"),
    Source("salesforce"),
    Source("pipedrive", signed=False),
    Source("odoo", signed=False),
    Source("odoo", "xmlrpc", {"interface": "xmlrpc"}, signed=False),
    Source("sql", by_requests=False),
    Source("tryton", stages_told=False),
    ToldOnly("webhook"),
)
THERE = tuple(each for each in ALL if each.there and each.by_requests)
ASKED = tuple(each for each in THERE if each.kind.asked)
HOOKED = tuple(each for each in THERE if each.kind.hooks and each.simulator.hook is not None)
ASKED_AFTER = tuple(each for each in HOOKED if each.kind.asked)
"""Those of which a webhook is only a hint."""
SIGNED = tuple(each for each in HOOKED if each.signed)
