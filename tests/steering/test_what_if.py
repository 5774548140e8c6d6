from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from mellantid.core.counting.counts import Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.creation.arrivals import arrivals
from mellantid.core.forecasting.forecast import forecast
from mellantid.core.modelling.model import fit
from mellantid.core.planning.target import Target, period
from mellantid.core.steering.change import Change
from mellantid.core.steering.what_if import WhatIf
from mellantid.demo import demo_organisation

TARGET = Target("all", 80e6, dt.date(2025, 1, 1), dt.date(2025, 12, 31))


@pytest.fixture(scope="module")
def asked():
    history = demo_organisation(3, dt.date(2025, 9, 30)).history
    model, coming = fit(Counts.of(sojourns(history)).table(400)), arrivals(history)
    span = period(TARGET, history.clock)
    base = forecast(history, model, coming, span, TARGET.amount, np.random.default_rng(1), beyond=0)
    return WhatIf.of(history, model, coming, base, span.first)


def test_without_a_change_the_answer_is_the_forecast(asked):
    same = asked.under(Change())
    assert same.mean == pytest.approx(asked.base.mean, rel=1e-9)
    # Sixteen versions instead of 48 make the width a little other.
    assert same.sd == pytest.approx(asked.base.sd, rel=0.05)
    assert asked.chance(Change()) == pytest.approx(asked.base.p_target, abs=0.02)


def test_the_same_question_has_the_same_answer(asked):
    change = Change(pace=1.1).with_speed(3, 1.2)
    assert asked.chance(change) == asked.chance(change)


@pytest.mark.parametrize("kind", ["pace", "amount", "conversion"])
def test_the_chance_rises_with_the_change(asked, kind):
    factors = (0.8, 0.95, 1.0, 1.05, 1.3)
    changes = [
        Change().with_conversion(3, each) if kind == "conversion" else Change(**{kind: each})
        for each in factors
    ]
    chances = [asked.chance(change) for change in changes]
    assert chances == sorted(chances)
    assert chances[0] < chances[-1]


def test_amounts_of_what_is_won_do_not_change(asked):
    base, more = asked.under(Change()).mean, asked.under(Change(amount=1.5)).mean
    certain = float(asked.base.won_amount.sum())
    assert more - certain == pytest.approx(1.5 * (base - certain), rel=1e-9)


def test_twice_the_creation_brings_twice_what_is_to_come(asked):
    base, twice = asked.under(Change()).mean, asked.under(Change(pace=2.0)).mean
    assert twice - base == pytest.approx(asked.base.new_mean, rel=1e-9)
