"""What a source tells of deals becomes entries, once each."""

import dataclasses
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mellantid.connectors.course import course_of, unknown_stages, versions_of, with_unknown
from mellantid.connectors.entries import Known, as_entries, differences
from mellantid.connectors.held import held
from mellantid.connectors.rows import Mapped
from mellantid.connectors.told import Change, DealTold, Means, PipelineTold, StageTold
from mellantid.ledger import Ledger
from mellantid.workspace.labels import meaning_of

DAY = 86_400_000
T0 = 1_750_000_000_000
LATER = T0 + 100 * DAY
SOURCE = "connection crm"
STAGES = (
    StageTold("11", "Qualify"),
    StageTold("12", "Offer"),
    StageTold("18", "Won", Means.WON),
    StageTold("19", "Lost", Means.LOST),
)
NEW = PipelineTold("1", "New business", STAGES)
OLD = PipelineTold(
    "2",
    "Expansion",
    (StageTold("21", "Ask"), StageTold("28", "Yes", Means.WON), StageTold("29", "No", Means.LOST)),
)


def mapped(*pipelines, owners="", before=None):
    pipelines = pipelines or (NEW, OLD)
    kept = before.courses if before else {}
    courses = {each.id: course_of(each, each.name, kept.get(each.id)) for each in pipelines}
    return Mapped(SOURCE, courses, owners)


def told(*changes, **more):
    return DealTold("7", tuple(changes), **more)


def at(days, **values):
    return Change(T0 + days * DAY, **values)


CREATED = at(0, pipeline="1", stage="11", amount=100.0, currency="EUR", owner="3")


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "l.db", create=True) as opened:
        yield opened


def read_in(ledger, deal, names=None, now=None, asked_at=None):
    """Append what differs, each time a moment later; how many entries that were."""
    names = names or mapped()
    now = LATER + ledger.position() if now is None else now
    known = held(ledger, SOURCE, [deal.id]).get(deal.id, [])
    asked = now if asked_at is None else asked_at
    batch = as_entries(differences(deal, names, known, asked, now), SOURCE)
    if batch is None:
        return 0
    done = ledger.append(batch, now)
    assert not done.conflicts
    return done.added


def holding(ledger, process="New business", as_of=None):
    """What holds, in order: kind, days since T0, and what else it says."""
    records = ledger.read(process, as_of)
    ids = dict(zip(records.id.tolist(), range(records.size), strict=True))
    found = []
    for entry in ledger.entries_of(process, "7"):
        if entry.id in ids:
            said = (entry.stage, entry.amount, entry.owner)
            day = (entry.occurred_at - T0) / DAY
            found.append((entry.kind, day, *(each for each in said if each is not None)))
    return sorted(found, key=lambda each: each[1])


def test_a_life_is_told_by_its_kinds(ledger):
    read_in(
        ledger,
        told(
            CREATED,
            at(1, stage="12"),
            at(2, amount=150.0),
            at(3, owner="4"),
            at(4, stage="19", reason="price"),
            at(5, stage="11"),
            at(6, stage="18"),
        ),
    )
    assert holding(ledger) == [
        ("created", 0, "Qualify", 100.0, "3"),
        ("moved", 1, "Offer"),
        ("amount_changed", 2, 150.0),
        ("owner_changed", 3, "4"),
        ("lost", 4, "Lost"),
        ("reopened", 5, "Qualify"),
        ("won", 6, "Won"),
    ]
    assert [each.reason for each in ledger.entries_of("New business", "7")][4] == "price"


def test_the_first_amount_and_owner_come_with_the_movement_that_they_come_with(ledger):
    read_in(ledger, told(at(0, pipeline="1", stage="11"), at(1, stage="12", amount=5.0, owner="3")))
    assert holding(ledger) == [("created", 0, "Qualify"), ("moved", 1, "Offer", 5.0, "3")]


def test_a_first_amount_that_comes_alone_is_a_change_of_its_own(ledger):
    read_in(ledger, told(at(0, pipeline="1", stage="11"), at(1, amount=5.0)))
    assert holding(ledger) == [("created", 0, "Qualify"), ("amount_changed", 1, 5.0)]


def test_a_value_set_again_to_the_same_is_no_entry(ledger):
    same = (at(1, stage="11"), at(2, amount=100.0), at(3, owner="3"), at(4, owner=""))
    read_in(ledger, told(CREATED, *same))
    assert len(holding(ledger)) == 1


def test_an_owner_who_was_taken_away_and_came_back_has_not_changed(ledger):
    read_in(ledger, told(CREATED, at(1, owner=""), at(2, owner="3"), at(3, owner="4")))
    assert holding(ledger)[1:] == [("owner_changed", 3, "4")]


def test_reading_again_adds_nothing(ledger):
    deal = told(CREATED, at(1, stage="12"), at(2, amount=150.0))
    assert read_in(ledger, deal) == 3
    assert read_in(ledger, deal) == 0


def test_reading_again_with_a_renamed_stage_adds_nothing(ledger):
    deal = told(CREATED, at(1, stage="12"))
    read_in(ledger, deal)
    renamed = dataclasses.replace(NEW, stages=(StageTold("11", "Discover"), *STAGES[1:]))
    names = mapped(renamed, before=mapped())
    assert read_in(ledger, deal, names) == 0
    assert read_in(ledger, told(*deal.changes, at(2, stage="11")), names) == 1
    assert holding(ledger)[-1] == ("moved", 2, "Discover")


def test_two_changes_of_one_moment_keep_the_sources_order(ledger):
    read_in(ledger, told(CREATED, at(1, stage="19", place=1), at(1, stage="12", place=0)))
    assert [each.stage for each in ledger.entries_of("New business", "7")] == [
        "Qualify",
        "Offer",
        "Lost",
    ]
    assert ledger.latest("New business").stage == ("Lost",)


def test_a_deal_that_changes_pipeline_is_removed_from_one_and_created_in_the_other(ledger):
    read_in(ledger, told(CREATED, at(1, amount=150.0), at(2, pipeline="2", stage="21")))
    assert holding(ledger)[-1] == ("removed", 2)
    assert holding(ledger, "Expansion") == [("created", 2, "Ask", 150.0, "3")]


def test_a_pipeline_told_a_moment_before_its_stage_waits_for_it(ledger):
    read_in(
        ledger,
        told(CREATED, at(2, pipeline="2", place=0), at(2, stage="21", place=1)),
    )
    assert holding(ledger)[-1] == ("removed", 2)
    assert holding(ledger, "Expansion") == [("created", 2, "Ask", 100.0, "3")]


def test_a_deal_that_comes_back_to_a_pipeline_is_created_there_again(ledger):
    read_in(
        ledger,
        told(CREATED, at(2, pipeline="2", stage="21"), at(3, pipeline="1", stage="12")),
    )
    assert [each[0] for each in holding(ledger)] == ["created", "removed", "created"]
    assert holding(ledger)[-1] == ("created", 3, "Offer", 100.0, "3")


def test_a_pipeline_that_is_not_read_is_nowhere(ledger):
    deal = told(CREATED, at(2, pipeline="2", stage="21"), at(3, stage="28"))
    read_in(ledger, deal, mapped(NEW))
    assert ledger.processes() == ("New business",)
    assert holding(ledger)[-1] == ("removed", 2)


def test_a_deal_that_is_deleted_there_is_removed_here(ledger):
    deal = told(CREATED, at(1, stage="12"))
    read_in(ledger, deal)
    gone = dataclasses.replace(deal, removed_at=T0 + 3 * DAY, removed_why="merged into 9")
    assert read_in(ledger, gone) == 1
    assert holding(ledger)[-1] == ("removed", 3)
    assert ledger.entries_of("New business", "7")[-1].reason == "merged into 9"
    assert read_in(ledger, gone) == 0


def test_a_deal_that_is_taken_out_of_the_bin_is_there_again(ledger):
    deal = told(CREATED)
    read_in(ledger, dataclasses.replace(deal, removed_at=T0 + DAY))
    read_in(ledger, deal)
    assert holding(ledger) == [("created", 0, "Qualify", 100.0, "3")]


def test_a_deal_deleted_in_the_moment_of_its_last_change_ends_removed(ledger):
    read_in(ledger, told(CREATED, at(1, stage="12", place=3), removed_at=T0 + DAY))
    assert [str(kind) for kind in ledger.latest("New business").kind] == ["removed"]


def test_what_the_source_no_longer_tells_is_taken_back(ledger):
    read_in(ledger, told(CREATED, at(1, stage="12"), at(2, stage="11")))
    read_in(ledger, told(CREATED))
    assert holding(ledger) == [("created", 0, "Qualify", 100.0, "3")]


def test_what_was_taken_back_and_is_told_again_holds_again(ledger):
    with_move, without = told(CREATED, at(1, stage="12")), told(CREATED)
    for round_ in range(3):
        now = LATER + round_ * DAY
        read_in(ledger, with_move, now=now)
        assert len(holding(ledger)) == 2
        read_in(ledger, without, now=now + 1)
        assert len(holding(ledger)) == 1
    assert read_in(ledger, without, now=LATER + 9 * DAY) == 0


def test_a_thing_told_with_another_amount_takes_the_place_of_the_old_one(ledger):
    read_in(ledger, told(CREATED))
    read_in(ledger, told(dataclasses.replace(CREATED, amount=120.0)))
    assert holding(ledger) == [("created", 0, "Qualify", 120.0, "3")]
    assert ledger.position() == 3


def test_the_past_stays_as_it_was_known(ledger):
    read_in(ledger, told(CREATED, at(1, stage="12")), now=T0 + 5 * DAY)
    read_in(ledger, told(CREATED, at(2, stage="19")), now=T0 + 9 * DAY)
    assert holding(ledger, as_of=T0 + 6 * DAY)[-1] == ("moved", 1, "Offer")
    assert holding(ledger)[-1] == ("lost", 2, "Lost")


def test_what_was_recorded_after_the_source_was_asked_is_not_taken_back(ledger):
    read_in(ledger, told(CREATED, at(1, stage="12")), now=LATER)
    assert read_in(ledger, told(CREATED), now=LATER + 5, asked_at=LATER - 5) == 0
    assert len(holding(ledger)) == 2


def test_a_source_without_history_keeps_what_was_seen_before(ledger):
    def seen(day, stage, after, **more):
        return told(Change(T0 + day * DAY, "1", stage, after=after, **more), whole=False)

    read_in(ledger, seen(1, "11", 0, amount=100.0))
    assert read_in(ledger, seen(2, "11", T0 + DAY, amount=100.0)) == 0
    assert read_in(ledger, seen(3, "12", T0 + 2 * DAY, amount=90.0)) == 2
    assert [each[0] for each in holding(ledger)] == ["created", "moved", "amount_changed"]
    gone = dataclasses.replace(seen(4, "12", T0 + 3 * DAY), removed_at=T0 + 4 * DAY)
    assert read_in(ledger, gone) == 1
    assert read_in(ledger, gone) == 0


def test_owners_of_two_sources_are_told_apart(ledger):
    read_in(ledger, told(CREATED, at(1, owner="4")), mapped(owners="crm:"))
    assert [each[-1] for each in holding(ledger)] == ["crm:3", "crm:4"]


def test_two_deals_never_share_a_key():
    names = mapped()
    keys = set()
    for deal in ("7", "7/1", "7#2", "7 x", "7%2F1"):
        found = differences(DealTold(deal, (CREATED,)), names, (), LATER, LATER)
        keys |= {each.row.key.partition("#")[0] for each in found}
    assert len(keys) == 5


def test_entries_of_others_are_left_alone(ledger):
    other = as_entries(differences(told(CREATED), mapped(), (), LATER, LATER), "deals.csv")
    ledger.append(dataclasses.replace(other, key=["x"]), LATER)
    assert held(ledger, SOURCE, ["7"]) == {}


def test_stages_of_one_name_get_labels_of_their_own():
    stages = (StageTold("1", "Offer", gone=True), StageTold("2", "Offer"), StageTold("3", "Offer"))
    course = course_of(PipelineTold("1", "P", stages), "P")
    assert course.labels == {"2": "Offer", "1": "Offer (1)", "3": "Offer (3)"}


def test_a_label_never_passes_to_another_stage():
    first = course_of(PipelineTold("1", "P", (StageTold("1", "A"), StageTold("2", "B"))), "P")
    swapped = PipelineTold("1", "P", (StageTold("1", "B"), StageTold("2", "A")))
    assert course_of(swapped, "P", first).labels == {"1": "B (1)", "2": "A (2)"}
    back = PipelineTold("1", "P", (StageTold("1", "A"), StageTold("2", "B")))
    assert course_of(back, "P", course_of(swapped, "P", first)).labels == {"1": "A", "2": "B"}


def test_a_process_has_the_living_stages_and_remembers_the_gone_ones():
    gone = dataclasses.replace(
        NEW, stages=(STAGES[0], StageTold("13", "Demo", gone=True), *STAGES[1:])
    )
    course = course_of(gone, "P")
    first, now = versions_of(gone, course, ())
    assert first.stages == ("Qualify", "Demo", "Offer")
    assert (now.stages, now.won, now.lost) == (("Qualify", "Offer"), ("Won",), ("Lost",))


def test_a_new_name_and_a_new_stage_are_two_versions():
    course = course_of(NEW, "P")
    kept = versions_of(NEW, course, ())
    changed = dataclasses.replace(
        NEW, stages=(StageTold("11", "Discover"), StageTold("14", "Demo"), *STAGES[1:])
    )
    found = versions_of(changed, course_of(changed, "P", course), kept)
    assert [each.stages for each in found] == [("Discover", "Offer"), ("Discover", "Demo", "Offer")]


def test_a_stage_that_goes_is_not_taken_for_the_one_that_comes_in_its_place():
    course = course_of(NEW, "P")
    kept = versions_of(NEW, course, ())
    changed = dataclasses.replace(NEW, stages=(STAGES[0], StageTold("14", "Demo"), *STAGES[2:]))
    found = versions_of(changed, course_of(changed, "P", course), kept)
    numbered = [each.with_version(2 + place) for place, each in enumerate(found)]
    meaning = meaning_of(["Qualify", "Offer", "Demo"], (*kept, *numbered))
    assert found[-1].stages == ("Qualify", "Demo")
    assert meaning.states == {"Qualify": 0, "Offer": 0, "Demo": 1}


def test_a_course_that_has_not_changed_has_no_new_version():
    course = course_of(NEW, "P")
    kept = versions_of(NEW, course, ())
    assert {each.stages for each in versions_of(NEW, course, kept)} == {kept[-1].stages}


def test_a_renamed_won_label_still_means_won():
    course = course_of(NEW, "P")
    changed = dataclasses.replace(
        NEW, stages=(*STAGES[:2], StageTold("18", "Signed", Means.WON), STAGES[3])
    )
    found = versions_of(changed, course_of(changed, "P", course), versions_of(NEW, course, ()))
    assert found[-1].won == ("Won", "Signed")


def test_a_stage_that_nobody_lists_is_found_and_told_by_its_id():
    deal = told(CREATED, at(1, stage="77"), at(2, pipeline="9", stage="78"))
    courses = mapped().courses
    assert unknown_stages([deal], courses) == {"1": {"77"}}
    course = course_of(with_unknown(NEW, {"77"}), "P")
    assert course.labels["77"] == "Stage 77"


def test_known_entries_are_those_of_the_deal(ledger):
    read_in(ledger, told(CREATED))
    found = held(ledger, SOURCE, ["7", "8"])
    assert [(type(each), each.holds) for each in found["7"]] == [(Known, True)]


PATH = (
    CREATED,
    at(1, stage="12"),
    at(2, amount=150.0, currency="EUR"),
    at(3, stage="19", owner="4", reason="no budget"),
    at(4, stage="18"),
    at(5, pipeline="2", stage="21", amount=90.0, currency="EUR"),
    at(6, stage="29", reason="price"),
)


@given(st.permutations(range(1, len(PATH))))
@settings(max_examples=15, deadline=None)
def test_changes_told_one_by_one_after_the_creation_in_any_order_end_as_the_same_history(later):
    order = [0, *later]
    with TemporaryDirectory() as folder, Ledger.open(Path(folder) / "a.db", create=True) as right:
        read_in(right, told(*PATH))
        with Ledger.open(Path(folder) / "b.db", create=True) as ledger:
            for place in order:
                # Each tells whose it is: a delivery stands for itself.
                pipeline = "2" if place >= 5 else "1"
                read_in(ledger, told(replace(PATH[place], pipeline=pipeline), whole=False))
            assert told_of(ledger) == told_of(right)
            repeated = [read_in(ledger, told(PATH[place], whole=False)) for place in order]
            assert repeated == [0] * len(PATH)


def told_of(ledger):
    return {process: holding(ledger, process) for process in ("New business", "Expansion")}


def test_what_is_told_otherwise_later_of_a_known_moment_stays_as_it_was_told_then(ledger):
    read_in(ledger, told(CREATED, at(2, stage="12"), whole=False))
    assert read_in(ledger, told(replace(CREATED, owner="9"), at(2, stage="12"), whole=False)) == 0
    assert holding(ledger)[0] == ("created", 0, "Qualify", 100.0, "3")


def test_two_changes_of_one_moment_are_told_again_without_taking_either_back(ledger):
    deal = told(CREATED, at(1, stage="12"), at(1, stage="19", place=1), whole=False)
    read_in(ledger, deal)
    before = holding(ledger)
    assert [each[0] for each in before] == ["created", "moved", "lost"]
    assert read_in(ledger, deal) == 0
    assert holding(ledger) == before


def test_a_reason_that_is_written_after_the_loss_comes_with_it(ledger):
    read_in(ledger, told(CREATED, at(2, stage="19")))
    later = told(CREATED, at(2, stage="19", reason="price"))
    assert read_in(ledger, later) == 2  # the loss is taken back and told with its reason
    assert read_in(ledger, later) == 0
    assert [each[0] for each in holding(ledger)] == ["created", "lost"]
    reasons = [each.reason for each in ledger.entries_of("New business", "7")]
    assert reasons[-1] == "price"
    gone = told(CREATED, at(2, stage="19"))
    assert read_in(ledger, gone) == 0
