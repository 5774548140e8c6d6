"""Each revision is seen once, at a moment when it was true, in the fewest looks there can be."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from mellantid.connectors.tryton.looks import fewest_looks

HISTORIES = st.dictionaries(
    st.integers(1, 9),
    st.lists(st.integers(1, 20), min_size=1, max_size=5, unique=True).map(sorted),
    max_size=5,
)


def true_at(moments, begin, at, *, ended):
    """Whether the revision that begins then is true at a moment."""
    later = [each for each in moments if each > begin]
    return begin <= at and (at < later[0] if later else not ended)


def wanted(histories, ended):
    return {
        (deal, begin)
        for deal, moments in histories.items()
        for begin in (moments[:-1] if deal in ended else moments)
    }


@given(HISTORIES, st.sets(st.integers(1, 9)))
def test_every_revision_is_seen_while_it_was_true(histories, ended):
    looks = fewest_looks(histories, ended)
    seen = [(deal, begin) for look in looks for deal, begin in look.revisions.items()]
    assert sorted(seen) == sorted(wanted(histories, ended))
    for look in looks:
        for deal, begin in look.revisions.items():
            assert true_at(histories[deal], begin, look.at, ended=deal in ended)


@given(HISTORIES.filter(lambda each: len(each) < 4), st.sets(st.integers(1, 9)))
def test_fewer_looks_would_not_do(histories, ended):
    looks = fewest_looks(histories, ended)
    moments = {each for several in histories.values() for each in several}
    true = wanted(histories, ended)
    for fewer in combinations(sorted(moments), max(len(looks) - 1, 0)):
        seen = {
            (deal, begin)
            for deal, begin in true
            for at in fewer
            if true_at(histories[deal], begin, at, ended=deal in ended)
        }
        assert not true or seen < true


def test_deals_that_stand_still_are_seen_in_one_look():
    assert len(fewest_looks({deal: [deal] for deal in range(1, 500)})) == 1
