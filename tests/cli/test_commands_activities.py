"""`activities` as a person uses it."""


def test_activities_are_added_imported_listed_and_taken_back(mellantid, db, tmp_path):
    said = (
        "--kind",
        "samtal",
        "--leg",
        "creation",
        "--seller",
        "Anna Ek",
        "--key",
        "a",
        "--on",
        "2025-10-03",
    )
    assert mellantid("activities", "add", *said, "--json", db=db).json["added"] == 1
    assert mellantid("activities", "add", *said, "--json", db=db).json["unchanged"] == 1
    file = tmp_path / "calls.csv"
    file.write_text(
        "Date;Seller;Kind;Deal;Leg;Key\n2025-10-01;anna;call;D0;;b\n2025-10-02;;Möte;D1;;c\n",
        encoding="utf-8",
    )
    for added in (2, 0):
        assert mellantid("activities", "import", file, "--json", db=db).json["added"] == added
    found = mellantid("activities", "list", "--json", db=db).json
    assert {each["key"]: each["kind"] for each in found["logged"]} == {
        "a": "call",
        "b": "call",
        "c": "meeting",
    }
    assert [leg["verdict"] for leg in found["legs"]] == ["too early to say"] * 4
    text = mellantid("activities", "list", "--owner", "anna", db=db).out
    assert "Anna Ek" in text
    assert "too early" in text
    assert mellantid("activities", "undo", "a", db=db).status == 0
    again = mellantid("activities", "undo", "a", db=db)
    assert (again.status, "no such activity" in again.err) == (1, True)


def test_a_file_that_lacks_something_says_where(mellantid, db, tmp_path):
    file = tmp_path / "calls.csv"
    for text, why in (
        ("seller,kind,deal,key\n", "no column date"),
        ("date,kind,key\n", "no column deal or leg"),
        ("date,kind,deal,key\n", "no activities"),
        ("date,kind,deal,key\nyesterday,call,D0,k\n", "Line 2"),
        ("date,kind,deal,key\n2025-10-01,call,D0,\n", "has no key"),
        ("date,kind,deal,key\n2025-10-01,call,nowhere,k\n", "no deal nowhere"),
    ):
        file.write_text(text, encoding="utf-8")
        wrong = mellantid("activities", "import", file, db=db)
        assert (wrong.status, why in wrong.err) == (1, True), why


def test_kinds_are_shown_kept_and_brought_back(mellantid, db):
    shipped = mellantid("activities", "kinds", "--json", db=db).json["kinds"]
    assert shipped == ["call", "meeting", "proposal", "demo", "email", "other"]
    kept = mellantid("activities", "kinds", "--keep", "Site visit", "--keep", "Call", db=db)
    assert "Site visit, call" in kept.out
    assert mellantid("activities", "kinds", "--reset", "--json", db=db).json["kinds"] == shipped
