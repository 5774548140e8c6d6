import dataclasses
import datetime as dt
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from mellantid.backtesting import Question
from mellantid.backtesting.baselines import EXTRA, SIMPLE
from mellantid.backtesting.origin import LEVELS, Origin, Told
from mellantid.backtesting.summary import summarise
from mellantid.errors import DataError
from mellantid.metrics import LANGUAGES
from mellantid.report.backtest_charts import coverage_chart, origins_chart, ranks_chart
from mellantid.report.backtest_page import render_backtest, verdict, write_backtest
from mellantid.report.wording import wording


def origin(place, actual=10e6, pit=0.5, mean=10e6):
    date = dt.date(2025, 1, 7) + dt.timedelta(weeks=4 * place)
    told = Told(9e6, 2e6, 0.6, 0.1)
    return Origin(
        origin=date,
        until=date + dt.timedelta(weeks=13),
        actual=actual,
        mean=mean,
        sd=2e6,
        quantiles={f"{p:g}": mean + (p - 0.5) * 5e6 for p in LEVELS},
        crps=1e6,
        pit=pit,
        target=9e6,
        p_target=0.7,
        deals=2,
        chances=(0.25, 0.85),
        won=(False, True),
        baselines={"stage_rate": told, "last_year": Told(None, None, None, None)},
    )


def summed(origins, **changes):
    found = summarise("New business", "SEK", Question(), origins, (), ("boosted_trees",))
    return dataclasses.replace(found, **changes)


def ten(missed=2):
    return [origin(k, 20e6 if k < missed else 10e6, (k + 0.5) / 10) for k in range(10)]


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links = [], set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids |= {value for name, value in attrs if name == "id"}
        self.links |= {value for name, value in attrs if name in {"href", "src"}}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone_and_its_links_lead_somewhere(language):
    page = Page(render_backtest(summed(ten()), "Acme", language))
    assert page.links == {f"#{link[1:]}" for link in page.links if link[1:] in page.ids}
    assert not {"script", "img", "link"} & set(page.tags)
    assert page.tags.count("svg") == 7


def test_the_pictures_have_a_mark_for_every_origin_and_one_for_every_miss():
    drawn = str(origins_chart(summed(ten(missed=3)), wording("en"), "wide"))
    assert drawn.count('class="span-80"') == 10
    assert len(re.findall(r'class="came( missed)?"', drawn)) == 10
    assert drawn.count('class="came missed"') == 3


def test_the_bars_of_ranks_are_as_high_as_the_ranks_are_many():
    found = summed([origin(k, pit=pit) for k, pit in enumerate([0.0, 0.05, 0.31, 1.0])])
    assert found.ranks == (2, 0, 0, 1, 0, 0, 0, 0, 0, 1)
    heights = [
        float(bottom) - float(top)
        for bottom, top in re.findall(
            r'd="M[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)', str(ranks_chart(found, wording("en")))
        )
    ]
    # Points are written to a tenth.
    assert np.array(heights) / heights[3] == pytest.approx(np.array(found.ranks), abs=0.01)


def test_dots_of_coverage_lie_where_the_shares_are():
    found = summed(ten())
    drawn = str(coverage_chart(found, wording("en")))
    dots = [float(y) for y in re.findall(r'cy="([\d.]+)"', drawn)]
    floor, top = 290.0, 14.0
    assert [(floor - y) / (floor - top) for y in dots] == pytest.approx(
        [each.share for each in found.coverage], abs=1e-3
    )


def test_intervals_are_said_to_be_right_too_narrow_or_too_wide():
    words = wording("en")
    assert "8 times of 10, as they should" in verdict(summed(ten()), words)
    assert "only 2 times of 10: they are too narrow" in verdict(summed(ten(missed=8)), words)
    many = [origin(k) for k in range(40)]
    assert "40 times of 40: they are too wide" in verdict(summed(many), words)


def test_what_is_better_and_which_way_it_leans_is_said():
    said = verdict(summed([origin(k, mean=11e6) for k in range(8)]), wording("en"))
    assert "10\N{NARROW NO-BREAK SPACE}% too high" in said
    assert "better than 1 of 1 other ways to foretell, beyond chance than 1." in said


def test_with_few_origins_nothing_is_concluded():
    assert verdict(summed(ten()[:5]), wording("en")) == (
        "Too early to say: there are 5 origins whose time is over, and it takes 3 more."
    )
    assert "behövs 3 till" in verdict(summed(ten()[:5]), wording("sv"))


def test_a_comparison_that_was_left_out_is_named():
    page = render_backtest(summed(ten()), "Acme")
    assert "a package is missing: gradient-boosted trees" in page


def test_a_backtest_of_one_origin_without_deals_or_money_has_a_page():
    nothing = {"deals": 0, "chances": (), "won": (), "crps": 0.0}
    told = {"run_rate": Told(0.0, 0.0, 1.0, None)}
    bare = dataclasses.replace(origin(0, 0.0, 0.5, 0.0), **nothing, baselines=told)
    page = render_backtest(summed([bare]), "Acme", "sv")
    assert "nan" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL).lower().split()


def test_every_comparison_has_a_name_in_every_language():
    for language in LANGUAGES:
        assert set(wording(language).section("baselines")) == {"ours", *SIMPLE, *EXTRA}


def test_a_file_that_cannot_be_written_is_a_plain_error(tmp_path):
    with pytest.raises(DataError, match="name another file"):
        write_backtest(summed(ten()), "Acme", tmp_path / "none" / "page.html")
