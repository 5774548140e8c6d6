"""The history of one opportunity, from what Odoo tracked of it and from its record alone."""

from mellantid.connectors.odoo.history import Reading, Step, deal_told
from mellantid.connectors.odoo.seen import deal_seen

READING = Reading(None, "expected_revenue", "lost_reason_id", "SEK", frozenset({"4"}))
DAY = 86_400_000


def at(day, second=0):
    """A moment (ms) of June 2025."""
    return 1_748_736_000_000 + (day - 1) * DAY + second * 1000


def text(day, second=0):
    return f"2025-06-{day:02d} 00:00:{second:02d}"


def lead(**more):
    return {
        "id": 7,
        "stage_id": [3, "Offer"],
        "team_id": [1, "Sales"],
        "user_id": [5, "Anna"],
        "active": True,
        "probability": 20.0,
        "company_currency": [1, "EUR"],
        "expected_revenue": 900.0,
        "create_date": text(1),
        "write_date": text(20),
        "date_last_stage_update": text(10),
        "date_closed": False,
        "lost_reason_id": False,
    } | more


def told(record, *steps):
    return [
        (each.at, each.after, each.stage, each.amount, each.owner)
        for each in deal_told(record, steps, READING).changes
    ]


def test_a_deal_that_never_changed_is_as_it_is_now_from_the_beginning():
    assert told(lead()) == [(at(1), None, "3", 900.0, "5")]


def test_the_first_values_are_those_before_the_first_changes():
    steps = Step(at(5), 1, "stage", "1", "2"), Step(at(10), 2, "stage", "2", "3")
    assert told(lead(), *steps) == [
        (at(1), None, "1", 900.0, "5"),
        (at(5), None, "2", None, None),
        (at(10), None, "3", None, None),
    ]


def test_what_is_written_at_once_is_one_change():
    steps = Step(at(10), 1, "stage", "1", "3"), Step(at(10), 1, "amount", 500.0, 900.0)
    assert told(lead(), *steps)[1:] == [(at(10), None, "3", 900.0, None)]


def test_a_change_that_nobody_tracked_came_some_time_between():
    steps = Step(at(5), 1, "stage", "1", "2"), Step(at(10), 2, "stage", "8", "3")
    assert told(lead(), *steps)[2] == (at(10) - 1, at(5), "8", None, None)


def test_a_present_value_that_nobody_tracked_came_after_the_last_change():
    steps = (Step(at(5), 1, "amount", 100.0, 300.0),)
    assert told(lead(), *steps)[-1] == (at(20), at(5), None, 900.0, None)


def test_a_deal_lost_and_opened_again_has_been_lost_between():
    steps = Step(at(5), 1, "active", True, False), Step(at(6), 2, "active", False, True)
    assert [row[2] for row in told(lead(), *steps)] == ["3", "lost", "3"]


def test_a_deal_that_is_archived_after_it_was_won_is_still_won():
    steps = Step(at(5), 1, "stage", "3", "4"), Step(at(12), 2, "active", True, False)
    record = lead(stage_id=[4, "Won"], active=False, probability=100.0)
    assert [row[2] for row in told(record, *steps)] == ["3", "4"]


def test_a_deal_that_is_archived_in_the_stage_won_without_being_won_is_lost():
    steps = Step(at(5), 1, "stage", "3", "4"), Step(at(12), 2, "active", True, False)
    record = lead(stage_id=[4, "Won"], active=False, probability=0.0)
    assert [row[2] for row in told(record, *steps)] == ["3", "4", "lost"]


def test_what_was_a_lead_before_it_became_an_opportunity_is_none_of_the_pipeline():
    steps = Step(at(2), 1, "stage", "1", "2"), Step(at(10), 2, "stage", "2", "3")
    assert told(lead(date_conversion=text(5)), *steps) == [
        (at(5), None, "2", 900.0, "5"),
        (at(10), None, "3", None, None),
    ]


def test_nobody_owns_a_deal_without_a_seller():
    steps = (Step(at(5), 1, "owner", "5", ""),)
    assert [row[4] for row in told(lead(user_id=False), *steps)] == ["5", ""]


def test_where_teams_have_pipelines_a_handed_over_deal_waits_for_a_stage_of_its_new_team():
    kept = {"3": ("1",), "9": ("2",)}
    reading = Reading(kept, "expected_revenue", "lost_reason_id", "SEK", frozenset())
    steps = Step(at(5), 1, "team", "1", "2"), Step(at(6), 2, "stage", "3", "9")
    record = lead(team_id=[2, "Farm"], stage_id=[9, "Offer"])
    changes = deal_told(record, steps, reading).changes
    assert [(each.at, each.pipeline, each.stage) for each in changes] == [
        (at(1), "1", "3"),
        (at(6), "2", "9"),
    ]


def seen(record, looked=0):
    deal = deal_seen(record, READING, looked)
    assert not deal.whole
    return [(each.at, each.after, each.stage, each.amount, each.owner) for each in deal.changes]


def test_without_its_history_a_deal_begins_with_the_stage_it_has():
    assert seen(lead()) == [
        (at(10), None, "3", None, None),
        (at(20), at(10), "3", 900.0, "5"),
    ]


def test_without_its_history_a_deal_that_never_moved_began_when_it_was_made():
    record = lead(date_last_stage_update=text(1, 1), write_date=text(1, 1))
    assert seen(record) == [(at(1), None, "3", None, None), (at(1, 1), None, "3", 900.0, "5")]


def test_without_its_history_a_loss_is_dated_by_the_record():
    record = lead(active=False, date_closed=text(15), write_date=text(15), probability=0.0)
    assert seen(record) == [
        (at(10), None, "3", None, None),
        (at(15), None, "lost", None, None),
        (at(15), None, "lost", 900.0, "5"),
    ]


def test_what_changed_since_the_last_look_is_dated_to_after_it():
    assert seen(lead(), at(18))[-1][:2] == (at(20), at(18))


def test_a_first_change_always_says_pipeline_and_stage():
    first = deal_seen(lead(), READING).changes[0]
    assert (first.pipeline, first.stage) == ("crm", "3")
