"""The workspace's answers: money that adds up, corrections, retractions, amounts, calendars."""

import datetime as dt

import pytest

from mellantid.calendars import countries
from mellantid.core.planning.target import Target
from mellantid.errors import NotEnoughDataError, QuestionError
from mellantid.workspace import PER_DEAL, Settings
from mellantid.workspace.aims import aimed_at
from mellantid.workspace.soundness import check_workspace


def lines(standing):
    """The sum of every line of money."""
    legs = sum(leg.money for leg in standing.legs)
    return legs + standing.amount_changes + standing.re_estimation


def adds_up(standing):
    return abs(lines(standing) - standing.gap_money) < 1e-6 * standing.target


@pytest.mark.parametrize("when", ["2024-07-01", "2024-09-13", "2024-12-31", "2025-02-01"])
def test_the_lines_sum_to_the_gap_on_any_day_of_the_period_and_after(teller, when):
    teller.tell_a_year()
    teller.plan()
    for by in ("leg", "team", "seller"):
        standing = teller.standing(when, by)
        assert adds_up(standing)
        gaps = sum(group.gap_money for group in standing.groups)
        assert by == "leg" or gaps == pytest.approx(standing.gap_money, abs=1e-6 * standing.target)


def test_the_gap_at_the_end_of_the_period_is_what_was_won_less_the_plan(teller):
    teller.tell_a_year()
    teller.plan()
    standing = teller.standing("2024-12-31")
    won = teller.workspace.outcome(teller.race("2024-12-31"), dt.date(2024, 12, 31)).won
    assert standing.expected_money == pytest.approx(won)
    assert standing.gap_money == pytest.approx(won - standing.planned_money)


def test_history_corrected_after_the_plan_is_a_correction_and_no_leg_has_it(teller):
    teller.tell_a_year()
    teller.plan()
    before, earlier = teller.standing("2024-09-30"), teller.standing("2024-08-30")
    # In September it is told that a deal had been won in June, before the plan's first day.
    teller.tell(("D3", "2024-06-20", "won", "Won", {"known": "2024-09-02"}))
    after = teller.standing("2024-09-30")
    assert after.corrections != pytest.approx(before.corrections)
    assert adds_up(after)
    assert after.re_estimation == pytest.approx(after.corrections + after.refitted)
    # Of the days before it was told nothing is different.
    assert teller.standing("2024-08-30") == earlier


def test_a_retraction_takes_its_entry_back_from_when_it_is_made(teller):
    teller.tell_a_year(deals=60)
    teller.plan()
    (key,) = teller.tell(("D0", "2024-07-10", "won", "Won"))
    with_it = teller.workspace.outcome(teller.race("2024-07-15")).won
    teller.tell(("D0", "2024-07-20", "retracted", None, {"refers_to": key}))
    assert teller.workspace.outcome(teller.race("2024-07-15")).won == with_it
    assert teller.workspace.outcome(teller.race("2024-07-25")).won <= with_it - 100.0
    assert adds_up(teller.standing("2024-07-25"))


def test_an_amount_that_changes_is_a_line_of_its_own(teller):
    teller.tell_a_year()
    teller.plan()
    before = teller.standing("2024-07-31")
    open_deal = teller.race("2024-07-31").open_deals.deal[0]
    name = teller.race("2024-07-31").history.deals[open_deal]
    teller.tell((name, "2024-07-31 10:00", "amount_changed", None, {"amount": 5_000.0}))
    after = teller.standing("2024-07-31")
    assert after.amount_changes > before.amount_changes
    assert adds_up(after)


def test_where_no_deal_has_an_amount_each_counts_as_one(teller):
    teller.tell_a_year(amount=None)
    plan, race = teller.plan(amount=30.0)
    assert race.unit == PER_DEAL
    assert any("counts as one" in note for note in race.notes)
    assert plan.basis.mean_amount == 1.0
    race = teller.race("2024-12-31")
    won = teller.workspace.outcome(race, dt.date(2024, 12, 31)).won
    assert won == int(won) > 0
    assert adds_up(teller.standing("2024-10-15"))
    assert check_workspace(teller.workspace, race.history.until).ok


def test_deals_that_have_never_won_are_worth_what_open_ones_are(teller):
    for number in range(30):
        day = dt.date(2024, 1, 1) + dt.timedelta(days=number)
        teller.tell((f"D{number}", f"{day} 09:00", "created", "Lead", {"amount": 50.0}))
    race = teller.race("2024-02-15")
    assert race.assumed_amount == 50.0
    assert teller.workspace.outcome(race, dt.date(2024, 6, 28)).new_mean >= 0


def test_a_plan_without_a_past_says_when_it_begins(teller):
    teller.tell_a_year()
    with pytest.raises(NotEnoughDataError, match=r"begins on 2024-01-03.*--start 2024-04-0"):
        teller.plan(first="2023-12-01", last="2024-12-31")


def test_a_question_long_after_the_last_creation_names_its_date(teller):
    teller.tell_a_year(deals=30)
    with pytest.raises(NotEnoughDataError, match=r"created since 2024-\d\d-\d\d"):
        teller.workspace.outcome(teller.race("2027-01-01"), dt.date(2027, 6, 1))


def test_the_target_that_a_forecast_aims_at_is_the_running_one_that_ends_first_else_the_next():
    year, quarter, later = (
        Target("all", 1.0, dt.date(2025, *first), dt.date(2025, *last))
        for first, last in (((1, 1), (9, 30)), ((4, 1), (6, 30)), ((10, 1), (12, 31)))
    )
    team = Target("North", 1.0, dt.date(2025, 1, 1), dt.date(2025, 5, 31))
    targets = [later, year, team, quarter]
    assert aimed_at(targets, dt.date(2025, 5, 1)) == quarter
    assert aimed_at(targets, dt.date(2025, 7, 1)) == year
    assert aimed_at(targets, dt.date(2025, 5, 1), dt.date(2025, 9, 30)) == year
    assert aimed_at([later], dt.date(2025, 5, 1)) == later
    assert aimed_at(targets, dt.date(2026, 1, 1)) is None
    assert aimed_at(targets, dt.date(2025, 5, 1), dt.date(2025, 7, 31)) is None


def test_the_calendar_is_kept_so_that_a_newer_list_of_holidays_changes_no_age(teller, monkeypatch):
    workspace = teller.workspace
    workspace.change_settings(Settings(timezone="UTC", holidays="SE", currency="SEK"))
    before = workspace.clock.days

    def newer(code):
        raise AssertionError(code)

    monkeypatch.setattr("mellantid.calendars.clocks.country_calendar", newer)
    monkeypatch.setattr(countries, "country_calendar", newer)
    assert (workspace.clock.days == before).all()


def test_another_country_has_another_calendar_and_the_same_one_is_renewed_when_asked(
    teller, monkeypatch
):
    workspace = teller.workspace
    swedish = Settings(timezone="UTC", holidays="SE", currency="SEK")
    workspace.change_settings(swedish)
    kept = workspace.clock.days
    workspace.change_settings(Settings(timezone="UTC", holidays="US", currency="SEK"))
    assert (workspace.clock.days != kept).any()
    asked = []
    original = countries.country_calendar

    def watched(code):
        asked.append(code)
        return original(code)

    monkeypatch.setattr("mellantid.workspace.workspace.country_calendar", watched)
    workspace.change_settings(swedish)
    workspace.change_settings(swedish)
    assert asked == ["SE"]
    workspace.change_settings(swedish, renew=True)
    assert asked == ["SE", "SE"]
    assert (workspace.clock.days == kept).all()


def test_a_plan_of_another_course_is_refused_and_a_new_one_helps(teller):
    teller.tell_a_year()
    teller.plan()
    course = teller.workspace.process().stages
    from mellantid.core.process import Process  # noqa: PLC0415 (only here)

    teller.workspace.keep_process(Process("Deals", (*course, "Signing")), 2)
    with pytest.raises(QuestionError, match="make a new plan"):
        teller.standing("2024-09-30")
    teller.plan()
    assert adds_up(teller.standing("2024-09-30"))


def test_a_process_is_kept_once_and_counts_up_when_it_changes(teller):
    from mellantid.core.process import Process  # noqa: PLC0415 (only here)

    workspace = teller.workspace
    assert workspace.keep_process(workspace.process(), 5).version == 1
    changed = Process("Deals", ("Lead", "Bid"))
    assert workspace.keep_process(changed, 6).version == 2
    assert workspace.keep_process(changed, 7).version == 2
    assert workspace.process().stages == ("Lead", "Bid")
