import dataclasses
import datetime as dt

import pytest

from mellantid.errors import DataError
from mellantid.importing.map_file import parse_map
from mellantid.report.compose import compose
from mellantid.workspace.doubt import FOUND, NOT_FOUND, TOO_EARLY, UNTOLD
from mellantid.workspace.soundness import check_workspace


def declare(teller, days):
    settings = teller.workspace.settings
    teller.workspace.change_settings(dataclasses.replace(settings, silence=days))


def of(doubts, kind):
    return [each for each in doubts if each.kind == kind]


def test_silence_takes_old_deals_out_of_the_forecast_and_tells_how_many(teller):
    teller.tell_a_year()
    before = teller.race("2024-12-31")
    declare(teller, 60)
    race = teller.race("2024-12-31")
    assert before.open_deals.size > race.open_deals.size
    assert race.open_deals.age.max() <= 60
    lost = before.open_deals.size - race.open_deals.size
    (note,) = [each for each in race.notes if "silence" in each]
    assert note.startswith(f"{lost} deals (")
    (told,) = of(teller.workspace.doubts(race), "silence")
    assert (told.verdict, told.ratio) == (FOUND, 0.0)
    named = {each.deal for each in teller.workspace.outcome(race, dt.date(2025, 3, 31)).deals}
    open_now = {race.history.deals[deal] for deal in race.open_deals.deal}
    assert named == open_now


def test_silence_rewrites_no_earlier_day_and_leaves_everything_sound(teller, at):
    teller.tell_a_year()
    teller.plan()
    declare(teller, 40)
    then = teller.race("2024-06-28")
    earlier = teller.standing("2024-08-30")
    teller.tell(("D0", "2024-12-20", "moved", "Talk"), ("D3", "2024-12-20", "won", "Won"))
    assert teller.race("2024-06-28").history.state.tolist() == then.history.state.tolist()
    assert teller.standing("2024-08-30") == earlier
    (told,) = of(teller.workspace.doubts(teller.race("2024-12-31")), "silence")
    assert "2 deals came back and 1 of them stand as won" in told.what
    assert check_workspace(teller.workspace, at("2025-01-10")).ok


def test_a_report_tells_of_silence_in_its_language(teller):
    teller.tell_a_year()
    teller.plan()
    declare(teller, 60)
    race = teller.race("2024-09-30")
    for language, words in (("en", "lost by silence"), ("sv", "förlorade genom tystnad")):
        notes = compose(teller.workspace, race, language).notes
        (note,) = [each for each in notes if words in each]
        assert note.startswith(f"{race.silence.standing.size} ")
        assert "SEK)" in note


def test_a_silence_that_is_no_number_of_days_is_refused(teller):
    settings = teller.workspace.settings
    assert settings.with_text("silence", "90").silence == 90
    assert settings.with_text("silence", "").silence == 0
    for text, what in (("ninety", "whole number"), ("-3", "1 working day or more")):
        with pytest.raises(DataError, match=what):
            settings.with_text("silence", text)


def test_a_map_may_declare_silence_in_working_days():
    content = {
        "columns": {"deal": "Deal", "at": "At", "stage": "Stage"},
        "process": {"stages": ["One"], "silence": 90},
    }
    assert parse_map(content).silence == 90
    content["process"]["silence"] = "90"
    with pytest.raises(DataError, match="whole number of working days"):
        parse_map(content)


def test_how_late_movements_are_known_cannot_be_told_without_a_time_of_recording(teller):
    teller.tell_a_year()
    (told,) = of(teller.workspace.doubts(teller.race("2024-12-31")), "late registration")
    assert told.verdict == UNTOLD
    assert "recorded in the map" in told.what


def test_movements_known_late_tell_how_much_is_still_to_come_in(teller):
    rows, day = [], dt.date(2024, 1, 1)
    for number in range(120):
        day += dt.timedelta(days=1 if day.weekday() < 4 else 3)
        known = day + dt.timedelta(days=0 if number % 2 else 7)
        rows.append((f"D{number}", f"{day} 09:00", "created", "Lead", {"known": f"{known} 09:00"}))
    teller.tell(*rows)
    last = f"{day}"
    (told,) = of(teller.workspace.doubts(teller.race(last)), "late registration")
    assert told.verdict == FOUND
    # Every other movement is known after five working days: of a week's a half is to come.
    assert told.ratio == pytest.approx(0.5, abs=0.15)
    early = teller.race("2024-01-20")
    assert of(teller.workspace.doubts(early), "late registration")[0].verdict == TOO_EARLY


def test_a_day_on_which_old_deals_are_closed_together_is_told(teller):
    teller.tell_a_year()
    dead = [f"D{number}" for number in range(0, 90, 3)]
    teller.tell(*((deal, "2024-12-12 15:00", "lost", "Lost") for deal in dead))
    race = teller.race("2024-12-31")
    (told,) = of(teller.workspace.doubts(race), "clean-up")
    assert (told.since, told.n) == (dt.date(2024, 12, 12), 30)
    assert told.ratio > 5
    assert "12 Dec 2024 30 deals were closed as lost" in told.what


def test_a_clean_up_that_is_declared_is_set_aside_and_its_deals_were_there_the_day_before(
    teller, at
):
    teller.tell_a_year()
    dead = [f"D{number}" for number in range(0, 90, 3)]
    teller.tell(*((deal, "2024-12-12 15:00", "lost", "Lost") for deal in dead))
    before = teller.race("2024-12-31")
    (told,) = of(teller.workspace.doubts(before), "clean-up")
    assert "mellantid settings set cleanups 2024-12-12" in told.what
    changed = teller.workspace.settings.with_text("cleanups", "2024-12-12")
    teller.workspace.change_settings(changed)
    after = teller.race("2024-12-31")
    lost, still = after.history.process.lost_state, after.history.process.still
    for to, more in ((lost, -30), (still, 30)):
        counts = [race.counts.count[race.counts.to == to].sum() for race in (before, after)]
        assert counts[1] - counts[0] == more
    days = [race.remembering.cells.exposure.sum() for race in (before, after)]
    assert days[0] - days[1] == 30
    assert after.open_deals.size == before.open_deals.size
    (told,) = of(teller.workspace.doubts(after), "clean-up")
    assert "does not count what was closed" in told.what
    assert check_workspace(teller.workspace, at("2025-01-02")).ok
    with pytest.raises(DataError, match="cleanups is 'soon'"):
        changed.with_text("cleanups", "2024-12-12, soon")


def test_deals_that_nobody_closes_are_ghosts_until_silence_is_declared(teller):
    teller.tell_a_year(deals=120)
    race = teller.race("2025-03-31")
    ghosts = of(teller.workspace.doubts(race), "ghosts")
    lead = next(each for each in ghosts if each.stage == "Lead")
    assert lead.verdict == FOUND
    assert lead.n == 40
    assert "mellantid settings set silence" in lead.what
    days = int(lead.what.rpartition("silence ")[2].rstrip(")."))
    outcome = teller.workspace.outcome(race, dt.date(2025, 6, 30))
    assert any("look lost" in note for note in outcome.notes)
    declare(teller, days)
    after = teller.race("2025-03-31")
    assert {each.verdict for each in of(teller.workspace.doubts(after), "ghosts")} <= {
        NOT_FOUND,
        TOO_EARLY,
    }
    assert after.open_deals.size == 0


def test_a_history_without_a_whole_day_has_its_doubts_too(teller):
    teller.tell(("D1", "2024-01-02 09:00", "created", "Lead"))
    race = teller.workspace.race(None, teller.race("2024-01-02").history.until - 60_000)
    doubts = teller.workspace.doubts(race)
    assert {each.verdict for each in doubts} <= {UNTOLD, TOO_EARLY, NOT_FOUND}
