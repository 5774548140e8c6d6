"""A record and its changelog tell the deal's whole history."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.connectors.connector import SourceError
from mellantid.connectors.pipedrive.lines import moment
from mellantid.connectors.pipedrive.story import deal_told, glimpse, never_changed
from mellantid.connectors.told import Change


def at(clock):
    return moment(f"2026-03-01 {clock}")


def record(**said):
    """A deal made at eight, as version 2 tells it."""
    return {
        "id": 7,
        "owner_id": 3,
        "value": 100.0,
        "currency": "EUR",
        "pipeline_id": 1,
        "stage_id": 11,
        "status": "open",
        "add_time": "2026-03-01T08:00:00Z",
        "update_time": "2026-03-01T12:00:00Z",
        "lost_reason": None,
        "is_deleted": False,
    } | said


def line(clock, field, old, new):
    return {
        "field_key": field,
        "old_value": old,
        "new_value": new,
        "time": f"2026-03-01 {clock}",
    }


MADE = line("08:00:00", "add_time", None, "2026-03-01 08:00:00")


def stages(told):
    return [(each.at, each.stage) for each in told.changes if each.stage]


def test_a_deal_that_never_changed_is_told_as_it_is():
    told = deal_told(record(), [MADE])
    first = Change(at("08:00:00"), "1", "11", 100.0, "EUR", "3")
    assert told.changes == (first,)
    assert told.whole


def test_what_a_field_was_first_is_its_first_old_value():
    log = [
        line("11:00:00", "user_id", "2", "3"),
        line("10:00:00", "value", "40", "100"),
        line("09:30:00", "stage_id", "12", "11"),
        line("09:00:00", "stage_id", "10", "12"),
        MADE,
    ]
    told = deal_told(record(), log)
    assert told.changes == (
        Change(at("08:00:00"), "1", "10", 40.0, "EUR", "2"),
        Change(at("09:00:00"), stage="12"),
        Change(at("09:30:00"), stage="11"),
        Change(at("10:00:00"), amount=100.0),
        Change(at("11:00:00"), owner="3"),
    )


def test_winning_and_losing_are_stages_and_reopening_leads_back():
    log = [
        line("12:00:00", "status", "open", "won"),
        line("11:00:00", "status", "lost", "open"),
        line("10:00:00", "lost_reason", None, "price"),
        line("10:00:00", "status", "open", "lost"),
        MADE,
    ]
    told = deal_told(record(status="won", won_time="2026-03-01T12:00:00Z"), log)
    assert stages(told) == [
        (at("08:00:00"), "11"),
        (at("10:00:00"), "1-lost"),
        (at("11:00:00"), "11"),
        (at("12:00:00"), "1-won"),
    ]
    assert told.changes[1].reason == "price"
    assert told.changes[3].reason is None


def test_the_reason_of_the_record_is_that_of_the_last_losing_only():
    log = [
        line("12:00:00", "status", "open", "lost"),
        line("11:00:00", "status", "lost", "open"),
        line("10:00:00", "status", "open", "lost"),
    ]
    told = deal_told(record(status="lost", lost_reason="too late"), log)
    assert [each.reason for each in told.changes] == [None, None, None, "too late"]


def test_a_stage_set_while_a_deal_is_won_is_no_movement_until_it_is_reopened():
    log = [
        line("12:00:00", "status", "won", "open"),
        line("11:00:00", "stage_id", "11", "12"),
        line("10:00:00", "status", "open", "won"),
    ]
    told = deal_told(record(stage_id=12), log)
    assert stages(told) == [
        (at("08:00:00"), "11"),
        (at("10:00:00"), "1-won"),
        (at("12:00:00"), "12"),
    ]


def test_a_deal_changes_pipeline_with_its_stage():
    log = [
        line("10:00:00", "stage_id", "11", "21"),
        line("10:00:00", "pipeline_id", "1", "2"),
    ]
    told = deal_told(record(pipeline_id=2, stage_id=21), log)
    assert told.changes[0].pipeline == "1"
    assert told.changes[1] == Change(at("10:00:00"), pipeline="2", stage="21")


def test_a_won_deal_that_changes_pipeline_is_won_there():
    log = [
        line("10:00:00", "stage_id", "11", "21"),
        line("10:00:00", "pipeline_id", "1", "2"),
        line("09:00:00", "status", "open", "won"),
    ]
    told = deal_told(record(pipeline_id=2, stage_id=21, status="won"), log)
    assert stages(told)[-1] == (at("10:00:00"), "2-won")


def test_the_currency_is_told_where_it_changes():
    log = [line("10:00:00", "currency", "SEK", "EUR"), line("10:00:00", "value", "900", "100")]
    told = deal_told(record(), log)
    assert (told.changes[0].amount, told.changes[0].currency) == (900.0, "SEK")
    assert told.changes[1] == Change(at("10:00:00"), amount=100.0, currency="EUR")


def test_what_was_set_while_the_deal_was_made_is_what_it_was_first():
    log = [line("08:00:00", "value", None, "100"), line("08:00:00", "stage_id", None, "11"), MADE]
    assert deal_told(record(), log) == deal_told(record(), [])


def test_an_amount_that_was_not_known_at_first_comes_when_it_is():
    told = deal_told(record(), [line("10:00:00", "value", None, "100")])
    assert told.changes[0].amount is None
    assert told.changes[1] == Change(at("10:00:00"), amount=100.0)


def test_an_amount_that_is_cleared_is_none_from_then_on():
    told = deal_told(record(value=None), [line("10:00:00", "value", "100", None)])
    assert [each.amount for each in told.changes] == [100.0, 0.0]


def test_what_happens_within_a_second_is_one_change():
    log = [
        line("10:00:00", "stage_id", "12", "13"),
        line("10:00:00", "stage_id", "11", "12"),
    ]
    assert stages(deal_told(record(stage_id=13), log)) == [
        (at("08:00:00"), "11"),
        (at("10:00:00"), "13"),
    ]


def test_a_deal_that_came_closed_from_an_import_is_closed_when_its_record_says():
    came = record(status="won", won_time="2026-03-01T09:00:00Z", add_time="2026-03-01T08:00:00Z")
    assert stages(deal_told(came, [MADE])) == [(at("08:00:00"), "11"), (at("09:00:00"), "1-won")]


def test_a_deal_that_was_made_won_is_won_at_once():
    came = record(status="won", won_time="2026-03-01T08:00:00Z")
    assert stages(deal_told(came, [])) == [(at("08:00:00"), "1-won")]


def test_changes_before_the_making_that_is_told_are_kept():
    log = [line("07:00:00", "stage_id", "10", "11")]
    told = deal_told(record(), log)
    assert stages(told) == [(at("07:00:00"), "11")]


def test_a_deleted_deal_ends_when_it_was_updated_last():
    told = deal_told(record(is_deleted=True), [MADE])
    assert (told.removed_at, told.removed_why) == (at("12:00:00"), "deleted")
    assert stages(told) == [(at("08:00:00"), "11")]


def test_a_deleting_in_the_changelog_says_when_and_is_no_movement():
    log = [line("11:00:00", "status", "won", "deleted"), line("10:00:00", "status", "open", "won")]
    told = deal_told(record(status="deleted"), log)
    assert told.removed_at == at("11:00:00")
    assert stages(told) == [(at("08:00:00"), "11"), (at("10:00:00"), "1-won")]


def test_a_deal_that_is_restored_is_there_again():
    log = [
        line("11:00:00", "status", "deleted", "open"),
        line("10:00:00", "status", "open", "deleted"),
    ]
    told = deal_told(record(), log)
    assert told.removed_at is None
    assert stages(told) == [(at("08:00:00"), "11")]


def test_a_merged_deal_says_into_which():
    told = deal_told(record(is_deleted=True, merge_what_id=1042), [MADE])
    assert told.removed_why == "merged into 1042"


def test_a_deleted_deal_without_its_changelog_does_not_undo_what_is_known():
    told = deal_told(record(is_deleted=True), None)
    assert (told.changes, told.whole, told.removed_at) == ((), False, at("12:00:00"))


def test_only_a_deal_that_nobody_has_touched_needs_no_changelog():
    untouched = record(update_time="2026-03-01T08:00:00Z")
    assert never_changed(untouched)
    assert not never_changed(record())
    assert not never_changed(record(update_time=None))
    assert not never_changed(untouched | {"is_deleted": True})
    assert deal_told(untouched, ()) == deal_told(untouched, [MADE])


def test_a_glimpse_shows_the_stage_that_is_true():
    assert glimpse(record(status="lost")).stage == "1-lost"
    shown = glimpse(record(owner_id=None, value=None))
    assert (shown.stage, shown.owner, shown.amount) == ("11", "", None)


@pytest.mark.parametrize("said", ["soon", "2026-13-01 00:00:00"])
def test_a_time_that_is_none_is_one_sentence(said):
    with pytest.raises(SourceError, match="where a time was due"):
        deal_told(record(add_time=said), [])


def test_an_amount_that_is_none_is_one_sentence():
    with pytest.raises(SourceError, match="where an amount was due"):
        deal_told(record(), [line("10:00:00", "value", "much", "100")])


def test_both_forms_of_a_time_are_the_same_moment():
    assert moment("2026-03-01 08:00:00") == moment("2026-03-01T08:00:00Z") == 1_772_352_000_000
    assert moment("2026-03-01T08:00:00.900Z") == moment("2026-03-01T09:00:00+01:00")


NAMES = {"stage_id": ["10", "11", "12"], "status": ["open", "won", "lost"], "value": ["1", "2"]}
moves = st.lists(
    st.sampled_from(sorted(NAMES)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(NAMES[name]))
    ),
    max_size=12,
)


@given(moves)
def test_following_the_changes_leads_to_where_the_record_stands(wanted):
    now = {"stage_id": "10", "status": "open", "value": "1"}
    log = []
    for minute, (name, new) in enumerate(wanted):
        if now[name] != new:
            log.append(line(f"09:{minute:02}:00", name, now[name], new))
            now[name] = new
    made = record(stage_id=int(now["stage_id"]), status=now["status"], value=float(now["value"]))
    told = deal_told(made, log[::-1])
    standing = {}
    for change in told.changes:
        standing |= {name: value for name, value in vars(change).items() if value is not None}
    assert (standing["stage"], standing["amount"]) == (glimpse(made).stage, glimpse(made).amount)
    first = told.changes[0]
    assert (first.stage, first.amount) == ("10", 1.0)
