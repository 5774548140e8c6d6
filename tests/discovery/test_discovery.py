import gzip
import re
import tomllib

import numpy as np
import pytest

from mellantid.discovery import discover
from mellantid.discovery.course import Course
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


def test_the_course_counts_first_comings_and_ends():
    # Deal 0: a b a c; deal 1: a c; deal 2: b.
    deal, label = np.array([0, 0, 0, 0, 1, 1, 2]), np.array([0, 1, 0, 2, 0, 2, 1])
    course = Course.of(deal, label, ("a", "b", "c"))
    assert course.deals.tolist() == [2, 2, 2]
    assert course.ends.tolist() == [0, 0.5, 1]
    assert course.starts.tolist() == [1, 0.5, 0]
    assert course.before[0].tolist() == [0, 1, 1]
    assert course.together[0].tolist() == [2, 1, 2]
    assert course.in_order([2, 1, 0]) == [0, 1, 2]
    assert course.agreement([0, 1, 2]) == 1.0
    assert course.agreement([2, 1, 0]) == 0.0
    assert course.progress[2] == 1.5


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


def test_toml_is_read_back_whatever_the_labels_are():
    content = {
        "columns": {"deal": 'Say "ID"', "at": "a\\b"},
        "entered": {"Needs analysis": "x\ty", "å": "é"},
        "process": {"stages": [f"Stage {k} with a long name" for k in range(9)], "won": []},
        "empty": {},
    }
    read = tomllib.loads(write_toml(content))
    assert read == {name: section for name, section in content.items() if section}
