"""`training` as a person uses it."""


def test_a_week_is_answered_listed_and_its_abilities_are_edited(mellantid, db):
    legs = [
        each["leg"] for each in mellantid("training", "library", "--json", db=db).json["abilities"]
    ]
    said = ("--leg", legs[1], "--ability", "Asking why", "--how", "course")
    made = mellantid("training", "answer", "--seller", "anna", *said, "--json", db=db)
    assert (made.json["seller"], made.json["leg"], made.json["shared"]) == ("anna", legs[1], False)
    listed = mellantid("training", "list", "--json", db=db).json
    assert [each["ability"] for each in listed["answers"]] == ["Asking why"]
    assert "Asking why" in mellantid("training", "list", db=db).out
    mellantid("training", "library", "--leg", legs[1], "--keep", "One", "--keep", "Two", db=db)
    found = mellantid("training", "library", "--leg", legs[1], "--json", db=db).json
    assert found == {"abilities": [{"leg": legs[1], "names": ["One", "Two"]}]}
    mellantid("training", "library", "--leg", legs[1], "--reset", db=db)
    assert "One" not in mellantid("training", "library", "--leg", legs[1], db=db).out


def test_a_leg_that_is_not_there_and_a_list_without_a_leg_are_refused(mellantid, db):
    wrong = mellantid(
        "training", "answer", "--seller", "anna", "--leg", "Nowhere", "--ability", "A", db=db
    )
    assert (wrong.status, "no leg Nowhere" in wrong.err) == (1, True)
    assert mellantid("training", "library", "--keep", "One", db=db).status == 2
