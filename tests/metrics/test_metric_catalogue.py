import re
from pathlib import Path

import pytest

from mellantid.errors import QuestionError
from mellantid.metrics import LANGUAGES, explain, glossary, metric_names, metric_of, metrics, words

ROOT = Path(__file__).parents[2]

# The fields of INTERFACE that hold a number or a judgement: identities (deal, stage, owner, leg,
# process, to) and dates of the question itself (as_of, until) are words, not numbers.
FIELDS = {
    "import": "rows deals movements added unchanged rejected warnings seconds",
    "process discover": "confidence",
    **{
        f"{place}{part}": fields
        for place in ("process fit", "process discover.fit")
        for part, fields in {
            "": (
                "deals deals_in_order deals_step_by_step moves moves_in_order next skip back lost "
                "reopened"
            ),
            ".stages": (
                "deals passed visits returns next skip back lost still median_days long_days "
                "same_day under_hour n nobody_waits rare"
            ),
            ".loops": "times deals",
            ".order": "steps backward",
            ".order.best": "backward",
            ".order.next_best": "backward",
        }.items()
    },
    "counts.rows": "entry_month entry_age age count",
    "model.cells": "age_from age_to exits exposure hazard low high",
    "model.win": "age within p",
    "model.doubts": "verdict since n expected ratio low high p",
    "model.doubts.factors": "to_end_from to_end_to factor",
    "model.memory": "half_life",
    "model.bands": "strength spread gain",
    "model.bands.rows": "band above up_to unknown share moving lost",
    "model.won_ratio": "ratio seen deals",
    "plan": "version reachable",
    "plan.pace": "per_week",
    "plan.assumptions": (
        "stays creations creations_per_week best_per_week cap_per_week planned_per_week season "
        "mean_amount won_amounts unknown_amounts assumed_amount ramp_days ramp_starters"
    ),
    "plan.assumptions.shares": "share",
    "plan.assumptions.entry": "share",
    "plan.weeks": "week planned",
    "splits": "gap_money amount_changes owner_changes re_estimation corrections refitted",
    "splits.weeks": "week money",
    "splits.innovation": "weeks mean error score missing",
    "splits.legs": "planned actual movements days money verdict",
    "forecast": "won mean sd quantiles target p_target arrival open_mean new_mean factor_sd",
    "forecast.horizons": "won mean sd quantiles target p_target",
    "forecast.parts": "won open_mean new_mean mean sd quantiles",
    "forecast.deals": "age amount p",
    "focus": "target p_target p",
    "focus.legs": "worth_of_one shortfall money deals",
    "focus.deals": "age amount gain waiting_cost move_chance worth_today",
    "focus.levers": "from to factor limit p_target feasible",
    "focus.mix": "levers p_target",
    "cutoffs": "caught",
    "cutoffs.stages": "cutoff basis n",
    "cutoffs.stages.bands": "above up_to cutoff basis n",
    "cutoffs.caught": "age amount cutoff passage_by",
    "cutoffs.deals": "age amount cutoff passage_by days_left move_by",
    "letter": (
        "mean won low high target p_target p_before gap_before gap_money gap_change caught_amount"
    ),
    "letter.lines": "money planned actual",
    "letter.things": "worth shortfall",
    "letter.caught": "age amount new",
    "band.weeks": "week planned",
    "backtest": (
        "crps crps_baselines coverage_50 coverage_80 coverage_90 pit bias brier brier_baselines "
        "brier_target brier_target_baselines log_score ranks"
    ),
    "backtest.origins": "crps pit",
    "backtest.skill": "skill",
    "backtest.coverage": "share",
    "backtest.reliability": "foretold came",
    "playbook show.stages": "conversion median_days deals",
    "playbook show.beside": "kept",
    "playbook show.beside.stages": "conversion median_days stated kept share",
    "playbook show.beside.stages.seen": "n conversion median_days",
    "me": (
        "week_created created mean_week week_beyond beyond in_hand goal won gap_money "
        "amount_changes transfers re_estimation"
    ),
    "me.legs": ("week_movements movements planned week_created created back waiting of_plan money"),
    "me.milestones": "value reached",
    "me.bests": "value n missing times",
    "me.streak": "span now longest on_pace judged",
    "me.streak.weeks": "planned low actual pace",
    "me.then": "day won_now won",
    "me.then.legs": "now then",
    "me.team_week": "sellers moving movements planned created beyond wins won",
    "me.credits": "expected beyond",
    "me.ranking": "share low high first_place last_place",
    "activities": "done needed needed_low needed_high missing_after",
    "activities.legs": (
        "week activities movements own_activities own_movements verdict missing_movements "
        "missing_activities per_movement low high needed_movements needed needed_low needed_high"
    ),
    "activities.after": ("made_with expected_with made_without expected_without ratio low high"),
    "activities.deals": "without chance difference low high gain worth",
    "check": "ok movements differences",
    "watch": "streams alpha stated_arl rho swing_of_creation swing",
    "watch.legs": (
        "verdict named e_value alarm alarm_on since since_low since_high ratio ratio_low "
        "ratio_high cusum threshold sign arl detector detected planned actual pace pace_low "
        "pace_high doubt_low doubt_high too_early wait_planned wait_days known_on inside_quarter"
    ),
    "watch.legs.last_year": "ratio low high",
    "training.effects": (
        "weeks days others expected_before actual_before expected_after actual_after before "
        "raw_before change ratio low high e_value verdict"
    ),
    "evaluate": "chance chance_sd band",
    "evaluate.lines": "money low high expected seen n verdict",
    "evaluate.believed.legs": (
        "conversion_assumed conversion_now conversion_seen days_assumed days_now days_seen n"
    ),
    "evaluate.believed": (
        "pace_assumed pace_seen pace_now creations amount_assumed amount_now won_amounts "
        "ratio_seen ratio_n"
    ),
    "training.to_train": "worth worth_of_one expected actual",
}
FIELDS["process discover.fit"] += " covered"
PATHS = [f"{place}.{field}" for place, fields in FIELDS.items() for field in fields.split()]


@pytest.mark.parametrize("path", PATHS)
def test_every_number_that_a_command_gives_is_documented(path):
    assert metric_of(path) is not None


def test_no_two_metrics_claim_the_same_place():
    claimed = [path for metric in metrics().values() for path in metric.shown]
    assert len(claimed) == len(set(claimed))


def test_no_metric_claims_a_place_that_does_not_exist():
    assert {path for metric in metrics().values() for path in metric.shown} == set(PATHS)


@pytest.mark.parametrize("name", metric_names())
def test_a_definition_is_one_sentence_in_each_language(name):
    metric = metrics()[name]
    for language in LANGUAGES:
        definition = metric.definition(language)
        assert definition.endswith(".")
        assert not re.search(r"[.!?] [A-ZÅÄÖ]", definition)
        assert metric.time(language).endswith(".")
    assert metric.definition("en") != metric.definition("sv")


def test_the_glossary_page_is_the_catalogue():
    assert (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8") == glossary()


def test_the_glossary_has_every_word_of_the_design():
    design = (
        "workspace team seller process stage leg movement sojourn target plan split cutoff "
        "working_clock ledger"
    )
    assert set(design.split()) <= {*words(), *metrics()}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("p_target", "p_target"),
        ("P-Target", "p_target"),
        ("Mellantid i dagar", "days"),
        ("hazrd", "hazard"),
        ("cut-off", "cutoff"),
        ("splits.legs.money", "money"),
        ("Delsträcka", "leg"),
    ],
)
def test_a_number_is_found_by_name_title_place_or_near_miss(typed, name):
    assert explain(typed).name == name


def test_a_name_that_could_be_several_names_the_nearest():
    with pytest.raises(QuestionError, match="gap_money"):
        explain("gap")


def test_a_name_that_is_nothing_says_where_to_look():
    with pytest.raises(QuestionError, match="glossary"):
        explain("xyzzy")


def test_a_language_without_texts_is_refused():
    with pytest.raises(QuestionError, match="en, sv"):
        explain("days").as_dict("fi")
