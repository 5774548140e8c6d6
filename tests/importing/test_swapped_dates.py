import datetime as dt

import numpy as np

from mellantid.core.clock import date_number
from mellantid.importing.mangled import weigh_swapped


def business_dates(seed, days=700, rows=4000):
    """Dates of a business: few on weekends, more in some months than in others."""
    rng = np.random.default_rng(seed)
    dates = np.arange(date_number(dt.date(2022, 1, 1)), date_number(dt.date(2022, 1, 1)) + days)
    weight = np.where((dates + 3) % 7 >= 5, 0.05, 1.0)
    return rng.choice(dates, size=rows, p=weight / weight.sum())


def swap(dates):
    out = []
    for number in dates:
        date = dt.date(1970, 1, 1) + dt.timedelta(days=int(number))
        out.append(date_number(date.replace(month=date.day, day=date.month)) if date.day <= 12
                   else int(number))  # fmt: skip
    return np.array(out)


def weighed(dates):
    unique, counts = np.unique(dates, return_counts=True)
    return weigh_swapped(unique.astype(np.int64), counts.astype(np.int64))


def test_swapped_dates_are_found_and_dates_as_they_were_are_not():
    for seed in range(20):
        dates = business_dates(seed)
        assert not weighed(dates).likely
        assert weighed(swap(dates)).likely


def test_swapping_twice_turns_the_evidence_round():
    dates = business_dates(3)
    assert np.isclose(weighed(swap(dates)).gain, -weighed(dates).gain)


def test_dates_without_any_pattern_give_no_alarm():
    """Uniform on all days of whole years: both readings are equally likely, so noise decides."""
    rng = np.random.default_rng(7)
    first = date_number(dt.date(2020, 1, 1))
    alarms = sum(weighed(rng.integers(first, first + 1461, 3000)).likely for _ in range(50))
    assert alarms == 0


def test_few_dates_give_no_alarm():
    assert not weighed(swap(business_dates(1))[:40]).likely


def imported(desk, course, dates):
    texts = [dt.date(1970, 1, 1) + dt.timedelta(days=int(number)) for number in dates]
    rows = "".join(f"{deal},{date},Qualified\n" for deal, date in enumerate(texts))
    content = {"columns": {"deal": "Deal", "at": "When", "stage": "Stage"}, "process": course}
    return desk.import_text("Deal,When,Stage\n" + rows, content)


def test_an_import_warns_of_a_file_with_swapped_dates(desk, make_desk, course):
    dates = business_dates(2, rows=1500)
    assert imported(desk, course, dates).warnings == []
    warnings = imported(make_desk(), course, swap(dates)).warnings
    assert "day and month had been swapped" in warnings[0]
