from __future__ import annotations

import gzip
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


def test_what_no_file_tells_is_as_the_organisation_has_settled(admin):
    with admin.app.state.asking.workspace() as workspace:
        settings = workspace.settings
    page = admin.get(send(admin, export()).headers["location"])
    assert f'name="timezone" value="{settings.timezone}"' in page.text
    assert f'name="holidays" value="{settings.holidays}"' in page.text
    assert f"read in {settings.timezone}" in words_of(page)


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


def test_every_row_that_is_left_out_can_be_read(admin):
    bad = b"".join(b"\nX%d;2025-02-30 09:30;Demo;5;anna" % row for row in range(40))
    address = send(admin, export() + bad).headers["location"]
    page = answer(admin, address, do="preview", **map_of())
    assert page.text.count("2025-02-30") >= 40
    assert "20 more" in words_of(page)


def test_who_may_not_import_is_refused_before_the_file_is_read(served):
    client = logged_in(served, "seller")
    sent = client.post(HERE, content=b"x", headers={"content-length": "99999999999"})
    assert sent.status_code == 403


@pytest.mark.parametrize(
    ("length", "status"), [("99999999999", 413), ("9" * 40, 413), ("x", 411), ("", 411)]
)
def test_a_file_that_is_too_large_or_of_no_length_is_refused_unread(admin, length, status):
    assert admin.post(HERE, content=b"x", headers={"content-length": length}).status_code == status


def test_a_file_waits_for_a_day_and_no_longer(admin):
    address = send(admin, export()).headers["location"]
    uploads, now = admin.app.state.uploads, admin.app.state.asking.now()
    kept = uploads.find(address.rpartition("/")[2], "admin@example.com")
    uploads._now = lambda: now + 24 * 3600 * 1000 + 1
    assert admin.get(address).status_code == 404
    assert not kept.path.exists()


ODD = {
    "empty.gz": gzip.compress(b""),
    "cut.csv.gz": gzip.compress(export())[:200],
    "not.gz": b"no gzip at all",
    "one.csv": b"Deal;Changed;Stage\n",
    "binary.csv": bytes(range(256)) * 40,
    "utf16.csv": export().decode().encode("utf-16"),
    "nul.tsv": b"a\tb\n\x00\t\x00\n",
    "broken.xlsx": b"PK\x03\x04" + b"\x00" * 60,
    "broken.xes": b"<log><trace><event>",
    "entities.xes": b'<!DOCTYPE l [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><log><t>&b;</t></log>',
    "wide.csv": b";".join(b"c%d" % n for n in range(300)) + b"\n" + b";" * 299,
    "quotes.csv": b'"a;b;c\n' * 50,
    "word.pdf": b"%PDF-1.4",
    "no-ending": export(),
    ".": export(),
    "æøå 日本.csv": export(),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_read_or_refused_and_never_breaks_the_page(admin, name):
    sent = send(admin, ODD[name], name)
    assert sent.status_code in {303, 400}, name
    if sent.status_code == 303:
        page = admin.get(sent.headers["location"])
        assert page.status_code in {200, 400}, name
        tried = (
            answer(admin, sent.headers["location"], do="preview", **map_of())
            if (page.status_code == 200)
            else page
        )
        assert tried.status_code in {200, 400}, name


def test_a_file_name_cannot_lead_out_of_its_folder(admin):
    address = send(admin, export(), "../../../etc/passwd.csv").headers["location"]
    kept = admin.app.state.uploads.find(address.rpartition("/")[2], "admin@example.com")
    assert kept.path.name == "passwd.csv"
    assert kept.path.parent.name == kept.name
