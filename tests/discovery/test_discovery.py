import gzip
import re
import tomllib

import numpy as np
import pytest

from mellantid.discovery import discover
from mellantid.discovery.course import Course
from mellantid.discovery.outcome import sort_labels
from mellantid.discovery.rows import Rows
from mellantid.discovery.toml import write_toml
from mellantid.discovery.words import LOST, ROLES, WON, named, place_on_course
from mellantid.errors import DataError
from mellantid.importing import parse_map

STAGES = ["Ny kontakt", "Behovsanalys", "Offert", "Förhandling"]


def changes(count=200, seed=1, stages=STAGES, won="Vunnen", lost="Förlorad"):
    """Rows of deals that walk along the stages, skip one at times, and end."""
    rng = np.random.default_rng(seed)
    rows = []
    for deal in range(count):
        day, k = int(rng.integers(0, 300)), 0
        while k < len(stages) and rng.random() < 0.85:
            rows.append((f"A-{deal}", day, stages[k]))
            day += int(rng.integers(1, 20))
            k += 1 if rng.random() < 0.9 else 2
        end = won if k >= len(stages) else lost
        rows.append((f"A-{deal}", day, end))
    order = rng.permutation(len(rows))
    return [rows[k] for k in order]


def date(day):
    return str(np.datetime64("2025-01-01") + np.timedelta64(day, "D"))


def write(path, header, rows):
    path.write_text(
        "\n".join([header, *(";".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8"
    )
    return path


def long_file(path, **options):
    rows = [(deal, date(day), label) for deal, day, label in changes(**options)]
    return write(path, "Affärsnummer;Ändrad;Säljsteg", rows)


def test_a_swedish_file_with_a_row_for_each_change_is_understood(tmp_path):
    proposal = discover(long_file(tmp_path / "affarer.csv"))
    assert proposal.content["columns"] == {
        "deal": "Affärsnummer",
        "at": "Ändrad",
        "stage": "Säljsteg",
    }
    process = proposal.content["process"]
    assert process["stages"] == STAGES
    assert process["won"] == ["Vunnen"]
    assert process["lost"] == ["Förlorad"]
    assert proposal.confidence > 0.8
    assert any("Behovsanalys > Offert" in reason for reason in proposal.why)
    # Of those that stayed in the race nine in ten take the next stage, ten days later.
    (way,) = [reason for reason in proposal.why if "mostly comes next" in reason]
    steps = re.findall(
        r"(\w[\w ]+) > (\w[\w ]+) \((\d+) %, after (\d+) days\)", way.replace("%", " %")
    )
    assert [step[:2] for step in steps][:2] == [tuple(STAGES[:2]), tuple(STAGES[1:3])]
    assert all(60 <= int(share) <= 90 and 8 <= int(days) <= 12 for *_, share, days in steps[:3])


def test_the_proposal_is_a_map_that_importing_reads(tmp_path):
    proposal = discover(long_file(tmp_path / "affarer.csv"))
    assert tomllib.loads(proposal.map) == proposal.content
    assert parse_map(proposal.content).process.stages == tuple(STAGES)


def test_the_order_comes_from_the_rows_and_not_from_the_words(tmp_path):
    stages = ["zeta", "alpha", "omega", "beta"]
    proposal = discover(long_file(tmp_path / "a.csv", stages=stages))
    assert proposal.content["process"]["stages"] == stages


def test_outcomes_without_a_name_are_told_by_where_deals_end(tmp_path):
    path = long_file(tmp_path / "a.csv", stages=["zeta", "alpha", "omega"], won="fin", lost="nix")
    proposal = discover(path)
    process = proposal.content["process"]
    assert process["won"] == ["fin"]
    assert process["lost"] == ["nix"]
    named_file = discover(long_file(tmp_path / "b.csv", stages=["zeta", "alpha", "omega"]))
    assert proposal.confidence < named_file.confidence


def test_the_order_of_rows_changes_nothing(tmp_path):
    path = long_file(tmp_path / "a.csv")
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    shuffled = tmp_path / "A.csv"
    shuffled.write_text("\n".join([head, *sorted(rows)]) + "\n", encoding="utf-8")
    assert discover(path).content["process"] == discover(shuffled).content["process"]


def test_notes_and_rare_labels_are_ignored(tmp_path):
    rows = [(deal, date(day), label) for deal, day, label in changes()]
    rows += [(f"A-{k}", date(150), "Comment") for k in range(0, 200, 3)]
    rows += [("A-7", date(3), "Typing error")]
    proposal = discover(write(tmp_path / "a.csv", "deal id;changed at;stage", rows))
    assert proposal.content["process"]["ignore"] == ["Comment", "Typing error"]
    assert proposal.content["process"]["stages"] == STAGES


def test_a_file_with_a_date_for_each_stage_is_understood(tmp_path):
    deals = {}
    for deal, day, label in changes():
        deals.setdefault(deal, {})[label] = date(day)
    labels = [*STAGES, "Won"]
    rows = [
        (deal, *(entered.get("Vunnen" if label == "Won" else label, "") for label in labels), 5000)
        for deal, entered in deals.items()
    ]
    header = ";".join(["Deal ID", *(f"Date entered {label}" for label in labels), "Amount"])
    proposal = discover(gzipped(write(tmp_path / "a.csv", header, rows)))
    assert proposal.content["entered"]["Offert"] == "Date entered Offert"
    assert proposal.content["process"]["stages"] == STAGES
    assert proposal.content["process"]["won"] == ["Won"]
    assert proposal.content["columns"]["deal"] == "Deal ID"
    assert "at" not in proposal.content["columns"]


def gzipped(path):
    packed = path.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    return packed


def test_a_snapshot_is_understood_and_its_order_told_by_the_words(tmp_path):
    rng = np.random.default_rng(2)
    labels = ["Proposal", "Qualified", "Closed Won", "Closed Lost", "Negotiation"]
    rows = []
    for deal in range(300):
        label = labels[rng.integers(0, 5)]
        closed = date(200) if label.startswith("Closed") else ""
        rows.append((deal, f"Seller {deal % 7}", label, date(deal % 90), closed, 1000 + deal))
    header = "opportunity_id;owner;stage;created;close_date;amount"
    proposal = discover(write(tmp_path / "pipe.csv", header, rows))
    assert proposal.content["snapshot"] == {
        "created": "created",
        "stage": "stage",
        "closed": "close_date",
    }
    assert proposal.content["columns"] == {
        "deal": "opportunity_id",
        "amount": "amount",
        "owner": "owner",
    }
    process = proposal.content["process"]
    assert process["stages"] == ["Qualified", "Proposal", "Negotiation"]
    assert (process["won"], process["lost"]) == (["Closed Won"], ["Closed Lost"])
    assert any("a snapshot does not tell it" in reason for reason in proposal.why)


def test_a_table_without_dates_is_refused(tmp_path):
    path = write(tmp_path / "a.csv", "id;stage;won", [(k, "Lead", "yes") for k in range(9)])
    with pytest.raises(DataError, match="no column with dates"):
        discover(path)


def test_a_table_with_dates_but_no_stage_is_refused(tmp_path):
    rows = [(k, date(k), 100 * k) for k in range(90)]
    with pytest.raises(DataError, match="no column that looks like a stage"):
        discover(write(tmp_path / "a.csv", "invoice;paid on;sum", rows))


def rows_told(deal, label, names):
    at = np.arange(len(deal)) * 3_600_000
    return Rows(np.array(deal), np.array(label), at, at, names)


def test_the_course_counts_comings_and_ends():
    # Deal 0: a b a c; deal 1: a c; deal 2: b.
    rows = rows_told([0, 0, 0, 0, 1, 1, 2], [0, 1, 0, 2, 0, 2, 1], ("a", "b", "c"))
    course = Course.of(rows)
    assert course.deals.tolist() == [2, 2, 2]
    assert course.ends.tolist() == [0, 0.5, 1]
    assert course.ended.tolist() == [0, 1, 2]
    assert course.progress[2] == 1.5


def test_the_order_is_that_in_which_the_fewest_moves_go_backward():
    # Deals come to "queue" from "work" and go back to it, over and over; a few begin in it. Which
    # label comes first in a deal says work; the moves say queue.
    deals = [["work", "queue", "work", "Won"]] * 20 + [["queue", "work", "Won"]] * 5
    deal = [k for k, labels in enumerate(deals) for _ in labels]
    names = ("Won", "queue", "work")
    found = sort_labels(rows_told(deal, [names.index(x) for each in deals for x in each], names))
    assert found.stages == ["queue", "work"]
    assert found.by_words is False


@pytest.mark.parametrize("seed", range(8))
def test_the_true_order_is_found_though_deals_skip_go_back_and_come_in_any_names(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(3, 10))
    true = [f"s{k}" for k in rng.permutation(size)]
    names = (*sorted(true), "Lost", "Won")
    deal, label = [], []
    for each in range(300):
        k = 0
        while k < size and rng.random() < 0.95:
            deal, label = [*deal, each], [*label, names.index(true[k])]
            step = rng.choice([1, 2, -1], p=[0.7, 0.1, 0.2])
            k = max(k + int(step), 0)
        deal, label = [*deal, each], [*label, names.index("Won" if k >= size else "Lost")]
    assert sort_labels(rows_told(deal, label, names)).stages == true


def test_where_deals_go_back_and_forth_the_order_is_called_a_guess():
    deals = [["work", "queue"] * 5 + ["Won"]] * 20
    deal = [k for k, labels in enumerate(deals) for _ in labels]
    names = ("Won", "queue", "work")
    found = sort_labels(rows_told(deal, [names.index(x) for each in deals for x in each], names))
    assert any("is a guess: deals go back and forth" in reason for reason in found.why)


def test_of_two_columns_the_finer_one_that_tells_the_other_is_the_stage(tmp_path):
    status = dict.fromkeys(STAGES, "Open") | {"Vunnen": "Closed", "Förlorad": "Closed"}
    status[STAGES[0]] = "New"
    rows = [(deal, date(day), status[label], label) for deal, day, label in changes()]
    proposal = discover(write(tmp_path / "a.csv", "deal id;changed at;stage;status", rows))
    assert proposal.content["columns"]["stage"] == "status"
    assert proposal.content["process"]["stages"] == STAGES
    assert any('"status" tells the same as "stage", and more' in each for each in proposal.why)


def test_a_proposal_says_how_well_its_course_fits(tmp_path):
    proposal = discover(long_file(tmp_path / "affarer.csv"))
    fit = proposal.measured.fit
    assert fit.stages == tuple(STAGES)
    assert fit.fitness.deals_in_order == 1.0
    assert proposal.measured.covered == 1.0
    told = " ".join(proposal.why)
    assert "100% of the 200 deals never go back on this course" in told
    assert f"0 of the {fit.steps} moves between stages go backward" in told
    assert "Nobody waits" not in told


def test_loops_are_told_with_how_often(tmp_path):
    rows = []
    for deal in range(120):
        labels = ["Lead", "Demo", "Offer", "Won"]
        if deal % 4 == 0:
            labels[2:2] = ["Offer", "Demo"]
        rows += [(deal, date(deal + 9 * k), label) for k, label in enumerate(labels)]
    proposal = discover(write(tmp_path / "a.csv", "deal id;changed at;stage", rows))
    told = " ".join(proposal.why)
    assert "Offer > Demo 30 times (30 deals)" in told
    assert "75% of the 120 deals never go back" in told


def test_a_stage_in_which_nobody_waits_is_told_and_merged_with_what_mostly_follows(tmp_path):
    rows = []
    for deal in range(100):
        start = np.datetime64("2025-01-01T08:00") + np.timedelta64(deal * 26, "h")
        for label, hours in (("Lead", 0), ("Check", 200), ("Offer", 200.25), ("Won", 500)):
            at = start + np.timedelta64(int(hours * 60), "m")
            rows.append((deal, str(at).replace("T", " "), label))
    proposal = discover(write(tmp_path / "a.csv", "deal id;changed at;stage", rows))
    (told,) = [each for each in proposal.why if each.startswith("Nobody waits in")]
    assert told.startswith("Nobody waits in Check: ")
    assert "100% within the hour" in told
    assert "(n 100)" in told
    assert "merge it with Offer" in told
    assert proposal.content["process"]["stages"] == ["Lead", "Check", "Offer"]


def test_stages_that_few_deals_come_to_are_told(tmp_path):
    rows = [(deal, date(day), label) for deal, day, label in changes()]
    rows += [(f"A-{k}", date(400), "Legal") for k in range(5)]
    proposal = discover(write(tmp_path / "a.csv", "deal id;changed at;stage", rows))
    assert any("come to Legal (5)" in each for each in proposal.why)


def test_times_with_an_offset_of_their_own_are_moments_and_not_wall_clocks(tmp_path):
    rows = []
    for deal in range(30):
        # Summer time ends between the two: 25 hours from one noon to the next.
        rows += [
            (deal, "2025-10-25T12:00:00+02:00", "Lead"),
            (deal, "2025-10-26T12:00:00+01:00", "Offer"),
            (deal, "2025-10-28T12:00:00+01:00", "Won"),
        ]
    proposal = discover(write(tmp_path / "a.csv", "deal id;changed at;stage", rows))
    assert proposal.measured.fit.lengths.median[0] == pytest.approx(25 / 24)


def test_rows_of_one_day_come_along_the_course_whichever_is_first_in_the_file(tmp_path):
    deals = {}
    for deal in range(60):
        # Two in three pass two stages in a day; the newest row of a deal is the first in the file.
        gap = 0 if deal % 3 else 9
        days = [deal, deal + 5, deal + 5 + gap, deal + 30]
        deals[deal] = list(zip(days, ["Lead", "Demo", "Offer", "Won"], strict=True))
    rows = [(k, date(day), label) for k, told in deals.items() for day, label in told[::-1]]
    proposal = discover(write(tmp_path / "a.csv", "deal id;changed at;stage", rows))
    fit = proposal.measured.fit
    assert fit.stages == ("Lead", "Demo", "Offer")
    assert fit.fitness.deals_step_by_step == 1.0
    again = discover(write(tmp_path / "A.csv", "deal id;changed at;stage", rows[::-1]))
    assert again.why == proposal.why


def test_a_deal_is_missing_only_where_an_import_takes_it_for_missing(tmp_path):
    ids = ["NAN", "NONE", "nan", "None", *(f"D{k}" for k in range(200))]
    rows = [(deal, date(9 * k), each) for deal in ids for k, each in enumerate(["Lead", "Won"])]
    proposal = discover(write(tmp_path / "a.csv", "deal id;changed at;stage", rows))
    assert proposal.measured.fit.fitness.deals == 202


def test_a_snapshot_has_no_paths_to_fit(tmp_path):
    rows = [(k, "Lead" if k % 2 else "Offer", date(k), date(k + 9), 5 * k) for k in range(40)]
    header = "opportunity_id;stage;created;close_date;amount"
    assert discover(write(tmp_path / "a.csv", header, rows)).measured is None


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Opportunity ID", "deal"),
        ("OpportunityId", "deal"),
        ("case:concept:name", "deal"),
        ("time:timestamp", "at"),
        ("StageName", "stage"),
        ("Säljsteg", "stage"),
        ("Säljare", "owner"),
        ("Ordervärde", "amount"),
    ],
)
def test_a_header_is_known_in_both_languages(name, role):
    assert max(ROLES, key=lambda each: named(name, ROLES[each])) == role


def test_won_and_lost_are_known_in_both_languages():
    for label in ("Closed Won", "Vunnen", "closedwon"):
        assert named(label, WON) == 1.0
    for label in ("Closed Lost", "Förlorad", "6. Lost"):
        assert named(label, LOST) >= 0.8
    assert named("Wonderful", WON) == 0.0


def test_words_of_a_course_stand_in_its_order():
    labels = ["Lead", "Qualified", "Behovsanalys", "Demo", "Offert", "Negotiation", "Avtal"]
    places = [place_on_course(label) for label in labels]
    assert places == sorted(places)
    assert place_on_course("zeta") is None


def test_words_within_other_words_are_no_words_of_a_course():
    assert place_on_course("Assigned") is None
    assert place_on_course("Company check") is None
    assert place_on_course("To be signed") == place_on_course("Contract")


def test_toml_is_read_back_whatever_the_labels_are():
    content = {
        "columns": {"deal": 'Say "ID"', "at": "a\\b"},
        "entered": {"Needs analysis": "x\ty", "å": "é"},
        "process": {"stages": [f"Stage {k} with a long name" for k in range(9)], "won": []},
        "empty": {},
    }
    read = tomllib.loads(write_toml(content))
    assert read == {name: section for name, section in content.items() if section}
