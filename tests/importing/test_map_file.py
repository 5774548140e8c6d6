import pytest

from mellantid.errors import DataError
from mellantid.importing.map_file import parse_map, read_map

GOOD = """
[columns]
deal = "Opportunity ID"
at = "Changed On"
stage = "Stage"
amount = "Amount"

[process]
name = "New business"
stages = ["Qualified", "Demo"]
won = ["Closed Won"]
lost = ["Closed Lost"]
timezone = "Europe/Stockholm"
holidays = "SE"
date_format = "%Y-%m-%d"
"""


def read_text(tmp_path, text):
    path = tmp_path / "map.toml"
    path.write_text(text)
    return read_map(path)


def test_a_map_is_read_as_the_interface_has_it(tmp_path):
    made = read_text(tmp_path, GOOD)
    assert made.shape == "changes"
    assert made.process.stages == ("Qualified", "Demo")
    assert made.process.name == "New business"
    assert made.timezone == "Europe/Stockholm"
    assert made.holidays == "SE"
    assert made.date_format == "%Y-%m-%d"
    assert made.wanted["columns.at"] == "Changed On"


def test_the_three_shapes_are_told_apart():
    process = {"stages": ["Demo"], "won": ["Won"]}
    stages = parse_map(
        {"columns": {"deal": "D"}, "entered": {"Demo": "demo", "Won": "w"}, "process": process}
    )
    snapshot = parse_map({"columns": {"deal": "D"}, "snapshot": {"stage": "S"}, "process": process})
    assert (stages.shape, snapshot.shape) == ("stages", "snapshot")


def test_a_map_without_columns_is_for_an_event_log():
    made = parse_map({"process": {"stages": ["Demo"]}})
    assert made.columns["deal"] == "case:concept:name"
    assert made.columns["at"] == "time:timestamp"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("amount =", "amout =", r'line 6: amout in \[columns\].*did you mean "amount"'),
        ('deal = "Opportunity ID"', "", r"\[columns\]: name the column of the deal"),
        ('at = "Changed On"', "", r"\[columns\]: say at"),
        ('at = "Changed On"', "at = 3", r"line 4: at in \[columns\].*in quotes"),
        ("[process]", "[proces]", r'line 8: proces in the top.*did you mean "process"'),
        ('["Qualified", "Demo"]', '"Demo"', r"line 10: stages in \[process\]: give it a list"),
        ('["Qualified", "Demo"]', "[]", r"line 10: stages in \[process\]: list the open"),
        ('["Closed Lost"]', '["Demo"]', "lists Demo more than once"),
        ("Europe/Stockholm", "Stockholm", r"line 13: timezone.*no time zone"),
        ("[process]", "[entered]\nDemoo = 'x'\n[process]", r"line \d+: at|line 4: at"),
        ("[columns]", "[columns", "not valid TOML.*line 2"),
    ],
)
def test_a_fault_is_named_with_its_line_and_key(tmp_path, old, new, message):
    with pytest.raises(DataError, match=message):
        read_text(tmp_path, GOOD.replace(old, new))


def test_a_stage_that_the_process_does_not_have_is_named_with_its_near_miss(tmp_path):
    text = '[columns]\ndeal = "D"\n[entered]\nDemoo = "x"\n[process]\nstages = ["Demo"]\n'
    with pytest.raises(DataError, match=r'line 4: Demoo in \[entered\].*did you mean "Demo"'):
        read_text(tmp_path, text)
