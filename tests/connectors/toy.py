"""A source of a few lines, for what the frame does whatever the vendor."""

from mellantid.connectors.connector import Field, Kind, Window
from mellantid.connectors.told import (
    Change,
    DealTold,
    Glimpse,
    Hint,
    Means,
    Page,
    PersonTold,
    PipelineTold,
    StageTold,
)

SALES = PipelineTold(
    "1",
    "Sales",
    (
        StageTold("11", "Ask"),
        StageTold("12", "Offer"),
        StageTold("18", "Won", Means.WON),
        StageTold("19", "Lost", Means.LOST),
    ),
)


class Toy:
    """A source that tells what it was given.

    Attributes:
        deals: as they are told, by id.
        fault: raised by whatever asks; None: nothing is.

    """

    limits = (Window(1_000, 1.0),)

    def __init__(self):
        self.deals = {}
        self.told_pipelines = (SALES,)
        self.told_people = (PersonTold("3", "Anna Ek", team="North"),)
        self.fault = None
        self.asked = []

    def deal(self, key, *changes, **more):
        """Tell a deal: changes as (moment, values)."""
        told = [Change(at, **values) for at, values in changes]
        self.deals[key] = DealTold(key, tuple(told), **more)

    def _ask(self, what):
        self.asked.append(what)
        if self.fault is not None:
            raise self.fault

    def account(self):
        self._ask("account")
        return "Toys Ltd"

    def pipelines(self):
        self._ask("pipelines")
        return self.told_pipelines

    def people(self):
        self._ask("people")
        return self.told_people

    def start(self):
        return {"n": 0}

    def everything(self, cursor):
        self._ask("everything")
        keys = sorted(self.deals)
        for done in range(cursor["done"] if cursor else 0, len(keys)):
            yield Page((self.deals[keys[done]],), {"done": done + 1}, done + 1, len(keys))

    def changed(self, cursor):
        self._ask("changed")
        yield Page(tuple(self.deals.values()), {"n": cursor["n"] + 1})

    def read(self, deals):
        self._ask("read")
        return tuple(self.deals[each] for each in deals if each in self.deals)

    def glimpses(self):
        self._ask("glimpses")
        for deal in self.deals.values():
            said = {}
            for change in deal.changes:
                said |= {name: value for name, value in vars(change).items() if value is not None}
            if deal.removed_at is None:
                names = ("pipeline", "stage", "amount", "owner")
                yield Glimpse(deal.id, **{name: said.get(name) for name in names})

    def hint(self, delivery):
        return Hint((delivery.body.decode(),), (delivery.headers["key"],))


def kind_of(toy):
    """A kind whose connector is this one."""
    return Kind("toy", "Toy", (Field("token", secret=True),), hooks=True, make=lambda *_: toy)
