from __future__ import annotations

import datetime as dt
import html
import re
import threading

import numpy as np
import pytest
from web_sample import logged_in, token_in

from mellantid.backtesting import Question, backtest, newest_kept
from mellantid.core.conformance.course_fit import course_fit
from mellantid.core.conformance.lengths import DAY, HOUR
from mellantid.core.conformance.paths import Paths
from mellantid.core.process import Process
from mellantid.metrics import numbers
from mellantid.web.process_fit_shown import fit_shown
from mellantid.web.texts import texts
from mellantid.workspace import Workspace
from mellantid.workspace.process_fit import process_fit

SELDOM = Question(every=dt.timedelta(weeks=20))


def words_of(page):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)))


@pytest.fixture
def seldom(monkeypatch):
    """Backtests of a few origins: they are quick."""
    monkeypatch.setattr("mellantid.backtesting.running.Question", lambda *_: SELDOM)


@pytest.fixture
def run(served):
    with Workspace.open(served.state.asking.database) as workspace:
        yield workspace, backtest(workspace, served.state.asking.now(), question=SELDOM)


def test_where_no_backtest_has_been_run_the_page_says_what_one_is_and_offers_it(served):
    admin, seller = (logged_in(served, role).get("/trust") for role in ("admin", "seller"))
    assert "Run a backtest" in admin.text
    assert "Run a backtest" not in seller.text
    assert "Ask an administrator" in seller.text


def test_what_the_command_line_has_run_is_shown_without_running_it_again(served, run, monkeypatch):
    _, found = run
    monkeypatch.setattr("mellantid.backtesting.running.told_at", None)
    page = logged_in(served, "viewer").get("/trust")
    assert page.status_code == 200
    origins = re.search(r'aria-labelledby="origins".*?</section>', page.text, re.DOTALL)[0]
    for each in found.origins:
        assert numbers.date(each.origin) in origins
    assert page.text.count("<svg") >= 7


def test_a_run_is_kept_as_it_was(run):
    workspace, found = run
    asked, kept = newest_kept(workspace)
    assert kept == found
    assert (asked.process, asked.every) == (found.process, found.every_days)


def test_a_run_that_was_interrupted_does_not_hide_the_one_before(run):
    workspace, found = run
    file = workspace.ledger.path.with_name("demo.db.backtest.jsonl")
    first = file.read_text().splitlines()[0].replace('"made_from": "', '"made_from": "other')
    file.write_text(file.read_text() + first + '\n{"half a line')
    assert newest_kept(workspace)[1] == found


def test_with_enough_origins_the_page_says_how_often_the_bands_held(served):
    with Workspace.open(served.state.asking.database) as workspace:
        often = Question(every=dt.timedelta(weeks=6))
        found = backtest(workspace, served.state.asking.now(), question=often)
    assert len(found.origins) >= 8
    held = re.sub(r"\s+", " ", numbers.percent(found.coverage_80))
    text = words_of(logged_in(served, "viewer").get("/trust"))
    assert f"held {held} over {len(found.origins)} forecasts" in text


@pytest.mark.usefixtures("seldom")
def test_an_administrator_starts_a_backtest_that_goes_on_by_itself(served):
    admin = logged_in(served, "admin")
    form = {"token": token_in(admin.get("/trust"))}
    answer = admin.post("/trust", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/trust")
    served.state.backtests.wait()
    page = admin.get("/trust")
    assert "Run it again" in page.text
    assert 'aria-labelledby="origins"' in page.text


def test_while_one_runs_the_page_says_how_far_it_has_come_and_none_other_begins(
    served, monkeypatch
):
    told, go_on = threading.Event(), threading.Event()

    def slow(*_, progress):
        progress(3, 17)
        told.set()
        go_on.wait(10)

    monkeypatch.setattr("mellantid.backtesting.backtest", slow)
    admin = logged_in(served, "admin")
    admin.post("/trust", data={"token": token_in(admin.get("/trust"))})
    told.wait(10)
    page = admin.get("/trust")
    process = re.search(r'class="where"><b>[^<]*</b> · ([^·]*) ·', page.text)[1]
    assert "3 of 17 forecasts made" in page.text
    assert 'max="17" value="3"' in page.text
    assert "Run" not in re.findall(r"<button[^>]*>([^<]*)", page.text)
    assert served.state.backtests.start(process) is False
    go_on.set()
    served.state.backtests.wait()
    assert "forecasts made" not in admin.get("/trust").text


@pytest.mark.parametrize("role", ["manager", "seller", "viewer"])
def test_nobody_but_an_administrator_starts_one(served, role):
    someone = logged_in(served, role)
    answer = someone.post("/trust", data={"token": token_in(someone.get("/trust"))})
    assert answer.status_code == 403
    assert served.state.backtests.progress("New business") is None


def test_a_form_that_is_not_the_sessions_own_starts_nothing(admin):
    assert admin.post("/trust", data={"token": "0" * 64}).status_code == 403


@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_page_tells_how_well_the_course_fits(standing, language):
    with Workspace.open(standing.state.asking.database) as workspace:
        race = workspace.race(None, standing.state.asking.now() + 1)
    fit, found = process_fit(race), process_fit(race).fitness
    viewer = logged_in(standing, "viewer")
    text = words_of(viewer.get("/trust", headers={"accept-language": language}))
    assert {"en": "How well the course fits", "sv": "Hur väl banan stämmer"}[language] in text
    shares = (found.deals_in_order, found.deals_step_by_step, found.moves_in_order)
    counts = (found.deals, found.moves.sum(), fit.steps, fit.backward, *found.visited)
    for written in (
        *(numbers.percent(each, language) for each in shares),
        *(numbers.count(int(each), language) for each in counts),
    ):
        assert re.sub(r"\s+", " ", written) in text
    assert all(stage in text for stage in fit.stages)


def test_where_nothing_is_known_yet_the_page_has_no_course_to_hold_against_deals(served):
    with Workspace.open(served.state.asking.database) as workspace:
        workspace.keep_process(Process("Another", ("A", "B")), served.state.asking.now())
    page = logged_in(served, "admin").get("/trust?process=Another")
    assert page.status_code == 200
    assert "How well the course fits" not in page.text


def test_a_stage_where_nobody_waits_and_loops_are_told_in_the_readers_language():
    day, names = np.datetime64("2025-01-01T08:00").astype("datetime64[ms]").astype(np.int64), (
        "Lead", "Check", "Offer",
    )  # fmt: skip
    hours = [0, 200, 200.25, 300, 300.25, 500]
    deal, state = np.repeat(np.arange(50), 6), np.tile([0, 1, 2, 1, 2, 3], 50)
    at = day + deal * 26 * HOUR + (np.tile(hours, 50) * HOUR).astype(np.int64)
    known, until = np.ones(300, dtype=bool), int(at.max()) + 1
    paths = Paths.of(3, deal, state, at, at // DAY, known, known, (until, until // DAY))
    fit = course_fit(paths, names)
    english, swedish = (" ".join(fit_shown(fit, texts(each)).sentences) for each in ("en", "sv"))
    assert "Nobody waits in Check:" in english
    assert "may be merged with Offer" in english
    assert "Deals came back to a stage 100 times, mostly Check > Offer 50 times" in english
    assert "Ingen väntar i Check:" in swedish
    assert "Offer > Check 50 gånger" in swedish
