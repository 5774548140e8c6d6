from __future__ import annotations

import io

import openpyxl
import pytest
from test_first_run import export
from web_sample import logged_in, token_in, words_of

HERE = "/settings/import"


def send(client, content, name="export.csv"):
    token = token_in(client.get(HERE))
    files = {"file": (name, content, "application/octet-stream")}
    return client.post(HERE, data={"token": token}, files=files)


def map_of(deal="Deal", stages="Qualified\nDemo\nOffer"):
    return {
        "columns.deal": deal,
        "columns.at": "Changed",
        "columns.stage": "Stage",
        "columns.amount": "Amount",
        "columns.owner": "Owner",
        "stages": stages,
        "won": "Won",
        "lost": "Lost",
        "name": "Ny",
        "timezone": "Europe/Stockholm",
        "before": '[columns]\ndeal = "Deal"\nat = "Changed"\nstage = "Stage"\n',
    }


def answer(client, address, **form):
    return client.post(address, data={"token": token_in(client.get(address)), **form})


def test_a_file_is_guessed_tried_and_imported(admin):
    address = send(admin, export()).headers["location"]
    guessed = admin.get(address)
    assert "<option selected>Changed</option>" in guessed.text
    assert "Qualified\nDemo\nOffer" in guessed.text
    tried = answer(admin, address, do="preview", **map_of())
    assert "Nothing has been written yet" in words_of(tried)
    before = admin.app.state.asking.workspace
    with before() as workspace:
        assert "Ny" not in workspace.processes
    assert "The file is in" in words_of(answer(admin, address, do="import", **map_of()))
    with before() as workspace:
        assert "Ny" in workspace.processes
    assert admin.get(address).status_code == 404


def test_a_map_with_a_fault_is_mended_without_sending_the_file_again(admin):
    address = send(admin, export()).headers["location"]
    wrong = answer(admin, address, do="preview", **map_of(stages=""))
    assert wrong.status_code == 400
    assert 'role="alert"' in wrong.text
    assert "<option selected>Changed</option>" in wrong.text
    twice = answer(admin, address, do="preview", **map_of(stages="Qualified\nQualified"))
    assert "more than once" in words_of(twice)
    assert answer(admin, address, do="preview", **map_of()).status_code == 200


def test_rows_that_are_left_out_are_named_with_their_reason(admin):
    address = send(admin, export() + b"\nD999;2025-02-30 09:30;Demo;5;anna").headers["location"]
    tried = words_of(answer(admin, address, do="preview", **map_of()))
    assert "Rows that are left out, and why" in tried
    assert "2025-02-30" in tried


def test_the_map_may_be_written_as_a_file(admin):
    address = send(admin, export()).headers["location"]
    toml = (
        '[columns]\ndeal = "Deal"\nat = "Changed"\nstage = "Stage"\n'
        '[process]\nname = "Egen"\nstages = ["Qualified", "Demo", "Offer"]\n'
        'won = ["Won"]\nlost = ["Lost"]\n'
    )
    assert 'value="Egen"' in answer(admin, address, do="toml", toml=toml).text
    broken = answer(admin, address, do="toml", toml="[columns")
    assert broken.status_code == 400
    assert "[columns</textarea>" in broken.text


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "empty.csv", ""),
        (b"a;b\n1;2\n3;4\n", "numbers.csv", "no column with dates"),
        (b"\x00\x01\x02", "noise.xlsx", ""),
        (b"PAR1 no parquet", "x.parquet", ""),
    ],
)
def test_a_file_that_can_never_be_used_is_refused_in_a_sentence(admin, content, name, says):
    sent = send(admin, content, name)
    told = admin.get(sent.headers["location"]) if sent.status_code == 303 else sent
    assert told.status_code == 400
    assert 'role="alert"' in told.text
    assert says in words_of(told)


def test_a_workbook_is_taken_as_well(admin):
    book = openpyxl.Workbook()
    for line in export(30).decode().splitlines():
        book.active.append(line.split(";"))
    out = io.BytesIO()
    book.save(out)
    address = send(admin, out.getvalue(), "export.xlsx").headers["location"]
    assert "<option selected>Deal</option>" in admin.get(address).text


def test_without_a_file_the_form_says_so(admin):
    token = token_in(admin.get(HERE))
    assert admin.post(HERE, data={"token": token}).status_code == 400


def test_only_who_settles_may_import_and_nobody_finds_anothers_file(served, admin):
    address = send(admin, export()).headers["location"]
    for role in ("seller", "manager", "viewer"):
        client = logged_in(served, role)
        assert client.get(HERE).status_code == 403
        assert client.get(address).status_code == 403


def test_a_file_name_cannot_lead_out_of_its_folder(admin):
    address = send(admin, export(), "../../../etc/passwd.csv").headers["location"]
    kept = admin.app.state.uploads.find(address.rpartition("/")[2], "admin@example.com")
    assert kept.path.name == "passwd.csv"
    assert kept.path.parent.name == kept.name
