"""The models of a race: bands, memory and owners, where the data have something to say of them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from mellantid.core.clock import date_number
from mellantid.simulation import (
    PLAIN,
    Complications,
    Organisation,
    clock_in,
    history,
    simulate,
    wall_moments,
)
from mellantid.workspace.race import Race

CLOCK = clock_in()
FIRST, LAST = dt.date(2021, 1, 1), dt.date(2023, 6, 30)


def race_of(complications, seed=1, creation=6.0):
    rng = np.random.default_rng(seed)
    first, last = (int(CLOCK.day_of_date(date_number(date))) for date in (FIRST, LAST))
    made = Organisation.draw(
        rng, complications=complications, creation=creation, slow=(3, last - 62, last)
    )
    happenings = simulate(made, CLOCK, first, last, rng)
    moments = wall_moments(happenings, CLOCK, rng)
    return Race(history(made, happenings, moments, CLOCK, CLOCK.end_of(LAST)))


@pytest.fixture(scope="module")
def plain():
    return race_of(PLAIN)


@pytest.fixture(scope="module")
def bent():
    return race_of(Complications(sellers_differ=0.35, big_deals_slower=0.2, slow_leg=1.2))


def test_a_plain_organisation_has_one_band_and_remembers_everything(plain):
    assert plain.banded is None
    assert plain.banded_deals is None
    assert plain.deal_model is plain.model is plain.remembering
    assert (plain.won_ratio.ratio == 1.0).all()


def test_large_deals_that_are_slower_and_a_leg_that_slows_are_found(bent):
    assert bent.banded is not None
    moving = bent.banded.model.factor[:, 1, 2]
    assert moving[0] > 1.1
    assert moving[-1] < 0.9
    assert bent.fading.half_life[3] <= 6.0
    assert bent.banded_deals.group.size == bent.open_deals.size
    assert bent.banded_deals.to_come.share.sum() == pytest.approx(1.0)


def test_owners_who_differ_are_told_apart_and_lean_on_their_team(bent):
    owners = bent.history.owners
    team_of = {owner: f"team {place % 3}" for place, owner in enumerate(owners)}
    alone, in_teams = bent.owner_model(), bent.owner_model(team_of)
    for model in (alone, in_teams):
        assert model.hazard.shape[0] == len(owners) + 1
        np.testing.assert_allclose(model.cells.exits.sum(0), bent.model.cells.exits[0])
    assert alone.gain > 10
    assert in_teams.parent_of_group.max() == 3  # three teams, and nobody
    # Nobody has no deals here, and so is as the organisation.
    np.testing.assert_allclose(alone.hazard[-1], bent.model.hazard[0])


def test_owners_who_are_alike_are_the_organisation(plain):
    model = plain.owner_model()
    assert model.gain < 3
    assert np.abs(model.factor - 1).max() < 0.1
