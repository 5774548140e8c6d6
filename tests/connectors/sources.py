"""The sources on which the contract is tested: a vendor joins by one entry in `ALL`.

What a source is comes from its connector's `KIND` and its simulator's `SIMULATOR`; here stands only
what is different with it.
"""

from dataclasses import dataclass, field, replace
from importlib.util import find_spec

from contract import BEGAN

from mellantid.connectors.kinds import kind_of
from mellantid.simulators.crm import LOST, facts
from mellantid.simulators.simulator import simulator_of


@dataclass(frozen=True)
class Source:
    """A kind of source as the contract tests it.

    Attributes:
        name: of the kind and of its simulator.
        variant: what is tested of it, where it is in the list more than once.
        values: given to connector and simulator instead of what the simulator proposes.
        truth: all that the source can tell of a pipeline, as `facts(crm, pipeline)`.
        stages_told: whether a stage's name and existence are told (not where stages are columns).
        merges: whether deals can be merged.
        signed: whether a webhook's body is signed; else only its sender shows a secret.
        dated: whether a webhook says when it was sent, and that is signed.
        by_requests: whether it is asked by requests, which can be counted and can fail; a database
            is not: `test_sql_contract` holds it to the rest.
        settled: a fact as the ledger has it, with what the source cannot tell put right, as
            `settled(fact, crm)`.

    """

    name: str
    variant: str = ""
    values: dict = field(default_factory=dict)
    truth: object = facts
    stages_told: bool = True
    merges: bool = True
    signed: bool = True
    dated: bool = True
    by_requests: bool = True
    settled: object = lambda fact, _: fact

    @property
    def kind(self):
        return kind_of(self.name)

    @property
    def simulator(self):
        return simulator_of(self.name)

    @property
    def there(self):
        """Whether both rooms are there."""
        rooms = (f"mellantid.connectors.{self.name}", f"mellantid.simulators.{self.name}")
        return all(find_spec(room) for room in rooms)

    def __str__(self):
        return f"{self.name}-{self.variant}" if self.variant else self.name


def known_to_odoo(crm, pipeline):
    """What Odoo can tell: lost is an archived deal there, and what was deleted left no trace."""
    lost = crm.pipelines[pipeline].stage(LOST).id
    for fact in facts(crm, pipeline):
        deleted = crm.deals[fact.deal].deleted_at
        if deleted is None or deleted > BEGAN:
            told = fact.what == "stage" and fact.value == lost
            yield replace(fact, value="lost") if told else fact


def removed_when_it_was(fact, crm):
    """A deal that is missed after it was deleted was deleted when it was."""
    deleted = crm.deals[fact.deal].deleted_at
    missed = fact.what == "removed" and deleted is not None and fact.at >= deleted
    return replace(fact, at=deleted) if missed else fact


ALL = (
    Source("hubspot"),
    Source("salesforce"),
    Source("pipedrive"),
    Source("odoo", truth=known_to_odoo, signed=False, settled=removed_when_it_was),
    Source(
        "odoo",
        "xmlrpc",
        {"interface": "xmlrpc"},
        truth=known_to_odoo,
        signed=False,
        settled=removed_when_it_was,
    ),
    Source("sql", by_requests=False),
    Source("tryton"),
    Source("webhook"),
)
THERE = tuple(each for each in ALL if each.there and each.by_requests)
ASKED = tuple(each for each in THERE if each.kind.asked)
HOOKED = tuple(each for each in THERE if each.kind.hooks and each.simulator.hook is not None)
