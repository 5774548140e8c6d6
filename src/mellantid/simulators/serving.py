"""`mellantid-sim NAME`: a vendor's simulator on this machine, to try a connector with."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import uvicorn

from mellantid.errors import MellantidError
from mellantid.simulators.faults import Faults, Telling
from mellantid.simulators.filling import filled
from mellantid.simulators.living import Hooks, Living
from mellantid.simulators.simulator import NAMES, simulator_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp

    from mellantid.simulators.simulator import Simulator
    from mellantid.simulators.truth import SimulatedCrm

LOOPBACK: Final = "127.0.0.1"


def now() -> int:
    """The present moment, ms UTC."""
    return time.time_ns() // 1_000_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve a simulator until it is interrupted."""
    asked = _parser().parse_args(arguments)
    try:
        simulator = simulator_of(asked.name)
    except MellantidError as error:
        sys.exit(str(error))
    application = made(simulator, asked)
    sys.stdout.write(told(simulator, asked))
    sys.stdout.flush()
    uvicorn.run(application, host=LOOPBACK, port=asked.port, log_level="critical")


def made(simulator: Simulator, asked: argparse.Namespace) -> ASGIApp:
    """The application that is asked for, with what lives in it, and with what is true of it.

    `/-/counted` tells the requests that were counted, `/-/facts` all facts by pipeline.
    """
    crm = filled(now, asked.deals, asked.seed)
    values = values_for(simulator, asked)
    if asked.hooks:
        Hooks(crm, simulator, values, asked.hooks)
    if asked.live:
        Living(crm, np.random.default_rng(asked.seed), asked.live)
    return Telling(
        Faults(
            simulator.make(crm, values),
            simulator.limits,
            asked.faults,
            asked.seed,
            simulator.cost,
            simulator.of,
            speed=asked.speed,
            slow=asked.slow,
            retry_after=asked.retry_after,
        ),
        lambda: _facts(simulator, crm),
    )


def _facts(simulator: Simulator, crm: SimulatedCrm) -> dict[str, Any]:
    with crm.lock:
        return {
            pipeline: [list(vars(each).values()) for each in simulator.truth(crm, pipeline)]
            for pipeline in crm.pipelines
        }


def values_for(simulator: Simulator, asked: argparse.Namespace) -> dict[str, str]:
    """What is to be given to the connector."""
    values = simulator.given(f"http://{LOOPBACK}:{asked.port}")
    for pair in asked.set:
        name, _, value = pair.partition("=")
        values[name] = value
    if asked.token:
        values["token"] = asked.token
    return values


def told(simulator: Simulator, asked: argparse.Namespace) -> str:
    """What to type, for a person to read."""
    values = values_for(simulator, asked)
    typed = " ".join(f"--set {shlex.quote(f'{name}={value}')}" for name, value in values.items())
    return (
        f"{simulator.title} with {asked.deals} deals at http://{LOOPBACK}:{asked.port}; try\n"
        f"  mellantid connect add {simulator.name} --name {simulator.name} {typed}\n"
        f"  mellantid connect sync {simulator.name} --follow\n"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("mellantid-sim", description=main.__doc__)
    parser.add_argument("name", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    options: dict[str, tuple[Any, Any, str]] = {
        "--port": (int, 8901, "where it listens, on this machine only"),
        "--deals": (int, 1000, "how many there are"),
        "--seed": (int, 1, "of everything random"),
        "--faults": (float, 0.0, "share of requests that go wrong"),
        "--speed": (float, 1.0, "how many times quicker its limits' windows pass"),
        "--slow": (float, 0.2, "seconds that a slow answer takes"),
        "--retry-after": (float, 1.0, "seconds that a refusal asks for"),
        "--token": (str, "", "which lets in"),
        "--live": (float, 0.0, "changes a minute"),
        "--hooks": (str, "", "where webhooks are sent"),
    }
    for name, (kind, default, about) in options.items():
        parser.add_argument(name, type=kind, default=default, help=about)
    parser.add_argument("--set", action="append", default=[], help="field=value of the connector")
    return parser
