from __future__ import annotations

import re

import pytest
from web_sample import words_of

from mellantid.report.compose import compose
from mellantid.report.sentence import headline
from mellantid.report.wording import wording
from mellantid.workspace import Workspace


@pytest.fixture
def served(standing):
    """Nothing here changes it."""
    return standing


def test_the_sentence_is_the_one_that_the_report_and_the_command_line_give(admin):
    asking = admin.app.state.asking
    with Workspace.open(asking.database) as workspace:
        race = workspace.race(None, workspace.moment(None, asking.now()).until)
        data = compose(workspace, race)
    assert re.sub(r"\s+", " ", headline(data, wording("en"))) in words_of(admin.get("/race"))


def test_a_past_day_is_shown_as_it_was_known_then(admin):
    now, then = (
        re.search(r'class="when">([^<]*)', admin.get(f"/race{query}").text)[1]
        for query in ("", "?as_of=2025-06-30")
    )
    assert "30 Jun 2025" in then
    assert "30 Jun 2025" not in now


def test_a_date_that_is_none_is_a_fault_that_says_how_to_write_one(admin):
    answer = admin.get("/race?as_of=yesterday")
    assert answer.status_code == 400
    assert "2026-01-31" in answer.text


def test_the_page_is_small_and_needs_two_other_files(admin):
    answer = admin.get("/race")
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.text)
    sizes = [len(admin.get(each).content) for each in files]
    assert len(answer.content) + sum(sizes) < 200_000
