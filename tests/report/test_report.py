import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from report_sample import AS_OF, SPLITS, sample

import mellantid.report
from mellantid.core.standing.verdict import Verdict
from mellantid.core.watch import Finding
from mellantid.errors import DataError, QuestionError
from mellantid.metrics import LANGUAGES
from mellantid.metrics.numbers import NARROW
from mellantid.metrics.symbols import SYMBOLS
from mellantid.report import DealLine, Outcome, render, write_report
from mellantid.report.sentence import headline
from mellantid.report.wording import wording

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """A page read strictly: every tag closed in its turn."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.ids, self.links, self.text = [], [], set(), [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids |= {value for name, value in attrs if name == "id"}
        self.links += [value for name, value in attrs if name in {"href", "src", "xlink:href"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def count(self, tag):
        return sum(1 for name, _ in self.tags if name == tag)


@pytest.fixture(params=LANGUAGES)
def page(request):
    return Page(render(sample(), request.param))


def test_the_page_is_well_formed(page):
    assert page.open == []


def test_the_page_needs_no_other_file_and_no_script(page):
    assert page.links
    assert all(link.startswith("#") for link in page.links)
    assert page.count("script") == page.count("link") == page.count("img") == 0
    assert "url(" not in "".join(page.text)
    assert "@import" not in "".join(page.text)


def test_every_link_leads_to_a_place_on_the_page(page):
    assert {link[1:] for link in page.links} <= page.ids


def test_every_chart_has_words_for_a_screen_reader(page):
    charts = [attrs for tag, attrs in page.tags if tag == "svg" and "aria-hidden" not in attrs]
    assert len(charts) == 4
    assert all(attrs["role"] == "img" for attrs in charts)
    assert page.count("title") >= 1 + len(charts)


def test_every_table_has_a_caption_and_headed_rows_and_columns(page):
    assert page.count("caption") == page.count("table")
    assert {attrs.get("scope") for tag, attrs in page.tags if tag == "th"} == {"row", "col"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_missing_in_any_language(language):
    other = next(name for name in LANGUAGES if name != language)
    mine, theirs = wording(language).words, wording(other).words
    assert set(mine) == set(theirs)
    for key, text in mine.items():
        assert text
        assert set(re.findall(r"{(\w+)", text)) == set(re.findall(r"{(\w+)", theirs[key]))


def test_every_word_of_the_catalogue_is_used():
    source = "".join(
        file.read_text(encoding="utf-8")
        for file in Path(mellantid.report.__path__[0]).rglob("*")
        if file.suffix in {".py", ".jinja"}
    )
    built = ("verdicts.", "baselines.", "findings.", "bases.", "sentence.", "rows.", "columns.")
    unused = [
        key
        for key in wording("en").words
        if not key.startswith(built) and f'"{key}"' not in source and f"'{key}'" not in source
    ]
    assert unused == []


def test_every_verdict_has_words_and_a_symbol_of_its_own():
    assert set(SYMBOLS) == set(Verdict)
    assert len(set(SYMBOLS.values())) == len(Verdict)
    for language in LANGUAGES:
        words = wording(language)
        assert {f"verdicts.{verdict.name.lower()}" for verdict in Verdict} <= set(words.words)


def test_what_the_watch_finds_has_words_for_each_case_and_its_evidence():
    for language in LANGUAGES:
        words = wording(language).section("findings")
        assert {finding.name.lower() for finding in Finding} == set(words)
    english, swedish = (render(sample(), language) for language in ("en", "sv"))
    assert "412 to 1" in english
    assert "412 mot 1" in swedish
    assert "22 Jun 2026" in english
    assert "går inte att avgöra" in swedish
    assert "Has a leg changed pace?" not in render(sample(watch=()))


def test_the_headline_gives_the_range_the_chance_and_the_leg_that_lags_most():
    assert headline(sample(), wording("en")) == (
        f"On the present course you finish at 69.8 to 91.3{NARROW}MSEK (80{NARROW}%); "
        f"the chance of 80{NARROW}MSEK is 63{NARROW}%. You are 23 days behind at Offer."
    )
    assert "Ni ligger 23 dagar efter i Offer." in headline(sample(), wording("sv"))


def test_a_leg_that_is_on_pace_or_too_early_is_not_blamed():
    legs = tuple(leg for leg in sample().legs if "behind" not in leg.verdict)
    assert "behind" not in headline(sample(legs=legs, gap_money=1e6), wording("en"))
    early = tuple(leg for leg in legs if leg.verdict == Verdict.TOO_EARLY)
    assert headline(sample(legs=early, gap_money=0.0), wording("en")).endswith(
        "It is too early to say where you lag."
    )


def test_money_that_is_lost_where_no_leg_lags_is_said():
    legs = tuple(leg for leg in sample().legs if "behind" not in leg.verdict)
    assert headline(sample(legs=legs, gap_money=-2e6), wording("en")).endswith(
        f"No leg lags in movements; most is lost at Negotiation, 350{NARROW}kSEK."
    )


def test_a_period_that_is_over_is_told_as_a_result():
    outcome = Outcome(AS_OF, 71e6, 71e6, 0.0, {0.1: 71e6, 0.5: 71e6, 0.9: 71e6}, 0.0)
    text = headline(sample(outcome=outcome), wording("en"))
    assert text.startswith(
        f"The period is over: 71.0{NARROW}MSEK won of a target of 80{NARROW}MSEK."
    )


def test_the_money_column_shows_the_gap_as_the_sum_of_its_lines():
    data = sample()
    parts = [leg.money for leg in data.legs] + [data.amount_changes, data.re_estimation]
    assert sum(parts) == pytest.approx(data.gap_money)
    text = render(data)
    column = re.findall(r'data-label="Money, MSEK">([+−]?[\d.]+)<', text)
    shown = [float(cell.replace("−", "-")) for cell in column]
    assert len(shown) == len(SPLITS) + 3
    # Eleven numbers are each rounded to 0.01.
    assert sum(shown[:-1]) == pytest.approx(shown[-1], abs=0.005 * len(shown))


def test_what_people_wrote_cannot_become_markup():
    deal = DealLine("<script>alert(1)</script>", "Offer", 3, 1e5, 0.5, "<b>Eva</b>")
    stage = sample().legs[1]
    evil = stage.__class__(**(stage.__dict__ | {"leg": 'A"><img src=x onerror=y>'}))
    page = Page(
        render(sample(caught=(deal,), deals=(deal,), notes=("<i>x</i>",), legs=(evil,), pace=()))
    )
    assert page.count("script") == page.count("img") == page.count("i") == 0
    assert "<script>alert(1)</script>" in page.text


def test_a_workspace_without_target_plan_or_deals_has_an_honest_page():
    data = sample()
    meta = data.meta.__class__(**(data.meta.__dict__ | {"target": None, "plan_version": None}))
    outcome = Outcome(data.outcome.until, 0.0, 0.0, 0.0, {0.1: 0.0, 0.5: 0.0, 0.9: 0.0})
    empty = {"legs": (), "stages": (), "caught": (), "deals": (), "pace": (), "notes": ()}
    text = render(sample(meta=meta, outcome=outcome, fan=None, **empty))
    page = Page(text)
    assert page.open == []
    assert "No target is set" in text
    assert "set a target and make a plan" in text
    assert "nan" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL).lower().split()


def test_a_leg_that_needs_more_says_how_much():
    leg = sample().legs[-1]
    data = sample(legs=(leg.__class__(**(leg.__dict__ | {"needs": 3})),), pace=())
    assert "too early: needs 3 more" in render(data)


def test_all_deals_past_the_rope_are_counted_even_where_not_all_are_listed():
    text = render(sample())
    assert "75 deals worth" in text
    assert "and 60 more worth" in text


def test_an_unknown_verdict_and_an_unknown_language_are_refused():
    leg = sample().legs[0]
    odd = leg.__class__(**(leg.__dict__ | {"verdict": "splendid"}))
    with pytest.raises(DataError, match="splendid"):
        render(sample(legs=(odd,)))
    with pytest.raises(QuestionError, match="en, sv"):
        render(sample(), "no")


def test_the_report_is_written_and_a_folder_that_is_missing_is_said(tmp_path):
    write_report(sample(), tmp_path / "report.html", "sv")
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    with pytest.raises(DataError, match="name another file"):
        write_report(sample(), tmp_path / "none" / "report.html")


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_colour_of_words_stands_out_from_the_paper_in_both_schemes():
    text = render(sample())
    schemes = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    assert len(schemes) == 3
    for scheme in schemes:
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", scheme))
        paper = luminance(colours.get("paper", "#ffffff"))
        for name in set(colours) - {"paper", "raised", "rule", "band"}:
            light, dark = sorted((paper, luminance(colours[name])), reverse=True)
            # WCAG 2.2 AA for text.
            assert (light + 0.05) / (dark + 0.05) >= 4.5, name
