"""`playbook`: listed, shown, used, taken away, written and taken in."""

from __future__ import annotations

import pytest

from mellantid.playbooks import read_playbook

NAME = "expansion-existing-customers"


def test_playbooks_are_listed_and_the_one_in_use_is_told(mellantid, db):
    found = mellantid("playbook", "list", "--db", db, "--json").json
    assert len(found["playbooks"]) == 5
    assert found["used"] is None
    mellantid("playbook", "use", NAME, "--db", db)
    assert mellantid("playbook", "list", "--db", db, "--json").json["used"] == NAME


def test_a_playbook_is_shown_with_its_sources_beside_what_was_seen(mellantid, db):
    found = mellantid("playbook", "show", NAME, "--db", db, "--json").json
    assert {source["grade"] for source in found["sources"]} == {"C"}
    beside = found["beside"]["stages"]
    assert [each["stage"] for each in beside] == ["Qualified", "Demo", "Offer"]
    assert all(0 < each["seen"]["conversion"]["value"] < 1 for each in beside)
    assert all(each["share"] == pytest.approx(each["kept"] / (each["kept"] + each["seen"]["n"]))
               for each in beside)  # fmt: skip
    told = mellantid("playbook", "show", NAME, "--db", db)
    assert "Our own judgement" in told.out
    assert "of its stated weight" in told.out


def model(mellantid, db):
    return mellantid("model", "--db", db, "--json").json["cells"]


def test_a_used_playbook_is_in_the_model_until_it_is_taken_away(mellantid, db, tmp_path):
    before = model(mellantid, db)
    # One's own process, exported, is a playbook that one's own deals bear out.
    file = tmp_path / "own.toml"
    assert mellantid("playbook", "export", file, "--db", db).status == 0
    own = read_playbook(file)
    assert all(source.n > 100 for source in own.sources.values())
    assert mellantid("playbook", "import", file, "--db", db).status == 0
    assert mellantid("playbook", "use", own.name, "--weight", "5", "--db", db).status == 0
    assert model(mellantid, db) != before
    assert mellantid("playbook", "use", "none", "--db", db).status == 0
    assert model(mellantid, db) == before


def test_a_process_is_matched_as_a_person_says(mellantid, db):
    options = ("--map", "Qualified=2", "--map", "Demo=-", "--db", db)
    assert mellantid("playbook", "use", NAME, *options).status == 0
    found = mellantid("playbook", "show", NAME, "--db", db, "--json").json["beside"]["stages"]
    assert [each["covers"] for each in found][:2] == [[1], []]
    assert found[1]["conversion"] is None


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("use", "nothing"), "There is no playbook 'nothing'"),
        (("use", NAME, "--map", "Qualified"), "maps nothing"),
        (("use", NAME, "--map", "Elsewhere=1"), "has no stage 'Elsewhere'"),
        (("use", NAME, "--weight", "0"), "above 0"),
        (("import", "nowhere.toml"), "check the name"),
    ],
)
def test_what_cannot_be_is_one_sentence(mellantid, db, command, said):
    answer = mellantid("playbook", *command, "--db", db)
    assert answer.status == 1
    assert said in answer.err


def test_an_export_never_overwrites_a_file(mellantid, db, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("mine", encoding="utf-8")
    answer = mellantid("playbook", "export", file, "--db", db)
    assert answer.status == 1
    assert file.read_text(encoding="utf-8") == "mine"
