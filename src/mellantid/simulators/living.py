"""Life in a simulated CRM while it is looked at: changes now and then, and webhooks of them."""

from __future__ import annotations

import logging
import threading
from queue import Queue
from typing import TYPE_CHECKING, Final

import httpx2

from mellantid.simulators.simulator import Happened
from mellantid.simulators.truth import OPEN, WON

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from mellantid.simulators.simulator import Simulator
    from mellantid.simulators.truth import Deal, Event, SimulatedCrm

MINUTE: Final = 60.0
TRIES: Final = 3
CREATED, PRICED, HANDED = 0.15, 0.25, 0.3
"""What happens in a live CRM, as bounds of chance; above the last: a movement."""


def change_something(crm: SimulatedCrm, rng: np.random.Generator) -> None:
    """One change, such as sellers make: mostly a movement onward."""
    with crm.lock:
        standing = [each for each in crm.deals.values() if _open(crm, each)]
        what = rng.random()
        if what < CREATED or not standing:
            pipeline = list(crm.pipelines)[rng.integers(len(crm.pipelines))]
            owner = list(crm.users)[rng.integers(len(crm.users))]
            crm.create(pipeline, float(rng.integers(5, 200) * 1_000), owner)
            return
        deal = standing[rng.integers(len(standing))]
        if what < PRICED:
            crm.set(deal.id, "amount", f"{rng.integers(5, 200) * 1_000}")
        elif what < HANDED:
            crm.set(deal.id, "owner", list(crm.users)[rng.integers(len(crm.users))])
        else:
            crm.set(deal.id, "stage", _next(crm, deal))


def _open(crm: SimulatedCrm, deal: Deal) -> bool:
    stages = crm.pipelines[deal.now("pipeline")].stages
    return deal.deleted_at is None and any(
        each.id == deal.now("stage") and each.means == OPEN for each in stages
    )


def _next(crm: SimulatedCrm, deal: Deal) -> str:
    pipeline = crm.pipelines[deal.now("pipeline")]
    ids = [each.id for each in pipeline.stages if each.means == OPEN and not each.gone]
    place = ids.index(deal.now("stage")) + 1 if deal.now("stage") in ids else 0
    return ids[place] if place < len(ids) else pipeline.stage(WON).id


class Living:
    """Changes, so many a minute, until it is stopped.

    Args:
        crm: what changes.
        rng: what is random.
        a_minute: how many.

    """

    def __init__(self, crm: SimulatedCrm, rng: np.random.Generator, a_minute: float) -> None:
        self._crm = crm
        self._rng = rng
        self._pause = MINUTE / a_minute
        self._stop = threading.Event()
        threading.Thread(target=self._run, name="living", daemon=True).start()

    def stop(self) -> None:
        """Let nothing more happen."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(self._pause):
            change_something(self._crm, self._rng)


class Hooks:
    """Webhooks of every change, posted to an address, in order, thrice where it does not answer.

    Args:
        crm: whose changes.
        simulator: whose webhooks.
        values: they are signed with.
        url: to where.

    """

    def __init__(
        self, crm: SimulatedCrm, simulator: Simulator, values: Mapping[str, str], url: str
    ) -> None:
        self._crm = crm
        self._simulator = simulator
        self._values = values
        self._url = url
        self._waiting: Queue[Happened] = Queue()
        self._number = 0
        crm.listeners.append(self._hear)
        threading.Thread(target=self._run, name="hooks", daemon=True).start()

    def _hear(self, deal: Deal, what: str, event: Event | None) -> None:
        self._number += 1
        self._waiting.put(Happened(deal, what, event, self._crm.now(), self._number))

    def _run(self) -> None:
        with httpx2.Client(timeout=10) as client:
            while True:
                self._post(client, self._waiting.get())
                self._waiting.task_done()

    def _post(self, client: httpx2.Client, happened: Happened) -> None:
        hook = self._simulator.hook
        if hook is None:
            return
        for _ in range(TRIES):
            sent = hook(self._crm, happened, self._url, self._values)
            try:
                answer = client.request(
                    sent.method, sent.url, headers=sent.headers, content=sent.body
                )
            except httpx2.HTTPError as error:
                logging.getLogger(__name__).warning("%s: %s", self._url, type(error).__name__)
                continue
            if answer.is_success:
                return
