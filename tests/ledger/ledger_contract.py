"""What every ledger does, whatever database holds it: subclass and give `open_ledger`."""

from __future__ import annotations

import numpy as np
import pytest

from mellantid.core.history import UNKNOWN_WHEN
from mellantid.core.process import Process
from mellantid.errors import DataError
from mellantid.ledger import KINDS, Conflict, Entries, Kind
from mellantid.ledger.kinds import ENTERING

DAY = 86_400_000
NOW = 1_700_000_000_000


def entries(key="a", deal="D1", kind="created", at=DAY, stage="Demo", **more):
    """A batch with what most tests do not care about filled in."""
    placed = isinstance(kind, list) or kind in ENTERING
    return Entries(
        key=key,
        process=more.pop("process", "New business"),
        deal=deal,
        kind=kind,
        occurred_at=at,
        source=more.pop("source", "export.csv"),
        stage=stage if placed else None,
        **more,
    )


def told(records):
    """Rows as (deal, kind, stage, moment), sorted, for comparison."""
    labels = [*records.stages, None]
    rows = zip(records.deal, records.kind, records.stage, records.at, strict=True)
    return sorted(
        (records.deals[deal], str(KINDS[kind]), labels[stage], int(at))
        for deal, kind, stage, at in rows
    )


class LedgerContract:
    """The tests; `open_ledger()` opens the same ledger each time, made where it is not there."""

    @pytest.fixture
    def ledger(self, open_ledger):
        with open_ledger() as ledger:
            yield ledger

    def test_what_is_appended_is_read_back(self, ledger):
        batch = entries(
            key=["a", "b", "c"],
            deal=["D2", "D1", "D2"],
            kind=["created", "won", "amount_changed"],
            at=[5 * DAY, 6 * DAY, 7 * DAY],
            stage=["Demo", "Closed Won", None],
            amount=[100.5, None, 70],
            currency=["SEK", None, "EUR"],
            owner=["anna", None, None],
            sequence=[0, 3, 0],
        )
        appended = ledger.append(batch, NOW)
        records = ledger.read("New business")
        assert (appended.added, appended.unchanged, appended.conflicts) == (3, 0, ())
        assert records.deals == ("D1", "D2")
        assert records.stages == ("Closed Won", "Demo")
        assert told(records) == [
            ("D1", "won", "Closed Won", 6 * DAY),
            ("D2", "amount_changed", None, 7 * DAY),
            ("D2", "created", "Demo", 5 * DAY),
        ]
        np.testing.assert_array_equal(records.amount, [100.5, np.nan, 70.0])
        assert [[*records.currencies, None][code] for code in records.currency] == [
            "SEK",
            None,
            "EUR",
        ]
        assert [[*records.owners, None][code] for code in records.owner] == ["anna", None, None]
        assert records.sequence.tolist() == [0, 3, 0]
        assert records.recorded_at.tolist() == [NOW] * 3
        for name in ("id", "process", "deal", "kind", "stage", "at", "after", "owner"):
            assert getattr(records, name).dtype == np.int64

    def test_an_empty_ledger_reads_as_empty(self, ledger):
        records = ledger.read()
        assert records.size == 0
        assert records.deals == records.owners == ()
        assert records.amount.dtype == np.float64
        assert records.kind.dtype == np.int64
        assert ledger.latest("New business").size == 0
        assert ledger.processes() == ()
        assert ledger.follow() == []
        assert ledger.survey().known is None

    def test_every_kind_is_kept_as_it_is(self, ledger):
        kinds = list(Kind)
        batch = Entries(
            key=[str(kind) for kind in kinds],
            process="P",
            deal="D",
            kind=kinds,
            occurred_at=[DAY + place for place in range(len(kinds))],
            source="test",
            stage="Demo",
            amount=5.0,
            owner="anna",
            refers_to=["created" if kind == Kind.RETRACTED else None for kind in kinds],
        )
        assert ledger.append(batch, NOW).added == len(kinds)
        assert [entry.kind for entry in ledger.follow()] == [str(kind) for kind in kinds]

    def test_the_same_key_again_adds_nothing(self, ledger):
        batch = entries(key=["a", "b"], deal=["D1", "D2"], amount=[np.nan, 10])
        ledger.append(batch, NOW)
        again = ledger.append(batch, NOW + DAY)
        assert (again.added, again.unchanged, again.conflicts) == (0, 2, ())
        assert [entry.recorded_at for entry in ledger.follow()] == [NOW, NOW]

    def test_another_file_that_tells_the_same_is_no_news(self, ledger):
        ledger.append(entries(), NOW)
        retold = entries(source="later.csv", process_version=2, known_at=9 * DAY)
        assert ledger.append(retold, NOW).unchanged == 1

    def test_a_key_twice_in_one_batch_is_one_entry(self, ledger):
        batch = entries(key=["a", "b", "a", "a"], deal=["D1", "D2", "D1", "D1"])
        first = ledger.append(batch, NOW)
        second = ledger.append(batch, NOW)
        assert (first.added, first.unchanged) == (2, 2)
        assert (second.added, second.unchanged) == (0, 4)
        assert ledger.read().size == 2

    def test_a_key_twice_in_two_batches_of_one_append_is_one_entry(self, ledger):
        appended = ledger.append(iter([entries("a"), entries("b", "D2"), entries("a")]), NOW)
        assert (appended.added, appended.unchanged) == (2, 1)

    @pytest.mark.parametrize("together", [True, False])
    def test_a_key_with_another_content_is_a_conflict_and_not_written(self, ledger, together):
        old, new = entries("a", amount=5.0), entries("a", at=2 * DAY, amount=6.0)
        if together:
            appended = ledger.append([old, new], NOW)
        else:
            ledger.append(old, NOW)
            appended = ledger.append([new, entries("b", "D2")], NOW)
        assert appended.conflicts == (Conflict("a", "D1", ("occurred_at", "amount")),)
        assert appended.unchanged == 0
        assert ("D1", "created", "Demo", 2 * DAY) not in told(ledger.read())
        assert ("D1", "created", "Demo", DAY) in told(ledger.read())

    def test_a_batch_with_one_faulty_row_leaves_nothing(self, ledger):
        faulty = entries(key=["b", "c"], kind="moved", stage=["Demo", None])
        with pytest.raises(DataError, match="Entry 2 of the batch has no stage"):
            ledger.append([entries("a"), faulty], NOW)
        assert ledger.read().size == 0
        assert ledger.problems() == []

    def test_a_producer_that_fails_half_way_leaves_nothing(self, ledger):
        def batches():
            yield entries("a")
            raise RuntimeError("the file ends in the middle")

        with pytest.raises(RuntimeError):
            ledger.append(batches(), NOW)
        assert ledger.read().size == 0
        assert ledger.append(entries("a"), NOW).added == 1

    def test_a_back_dated_move_does_not_rewrite_what_was_known(self, ledger):
        ledger.append(entries("a", at=10 * DAY), NOW)
        ledger.append(entries("b", kind="moved", at=20 * DAY, stage="Proposal"), NOW)
        before = told(ledger.read(as_of=25 * DAY))
        # Entered on day 30: it had been in Demo already on day 15.
        ledger.append(entries("c", kind="moved", at=15 * DAY, known_at=30 * DAY), NOW)
        assert told(ledger.read(as_of=25 * DAY)) == before
        assert told(ledger.read(as_of=30 * DAY + 1)) == [
            *before[:1],
            ("D1", "moved", "Demo", 15 * DAY),
            *before[1:],
        ]

    def test_as_of_is_exclusive_in_what_happened_and_in_what_was_known(self, ledger):
        ledger.append(entries("a", at=10 * DAY, known_at=12 * DAY), NOW)
        ledger.append(entries("b", "D2", at=12 * DAY, known_at=11 * DAY), NOW)
        assert ledger.read(as_of=12 * DAY).size == 0
        assert ledger.read(as_of=12 * DAY + 1).size == 2
        assert ledger.read(as_of=10 * DAY + 1).size == 0

    def test_imported_history_was_known_from_its_own_moment(self, ledger):
        ledger.append(entries(key=["a", "b"], at=[DAY, 2 * DAY], known_at=[None, 5 * DAY]), NOW)
        assert ledger.read().known_at.tolist() == [DAY, 5 * DAY]

    def test_an_entry_from_outside_the_order_of_time_is_read_like_any_other(self, ledger):
        ledger.append(entries(key=["c", "a", "b"], at=[3 * DAY, DAY, 2 * DAY]), NOW)
        assert sorted(ledger.read().at.tolist()) == [DAY, 2 * DAY, 3 * DAY]

    def test_a_retraction_takes_back_from_when_it_was_known(self, ledger):
        ledger.append(entries(key=["a", "b"], deal=["D1", "D2"], at=10 * DAY), NOW)
        back = entries("r", kind="retracted", at=10 * DAY, known_at=20 * DAY, refers_to="a")
        ledger.append(back, NOW)
        assert ledger.read(as_of=20 * DAY).deals == ("D1", "D2")
        assert ledger.read(as_of=20 * DAY + 1).deals == ("D2",)
        assert ledger.read().deals == ("D2",)

    def test_a_retracted_entry_that_is_imported_again_stays_retracted(self, ledger):
        ledger.append(entries("a"), NOW)
        ledger.append(entries("r", kind="retracted", refers_to="a"), NOW)
        assert ledger.append(entries("a"), NOW).unchanged == 1
        assert ledger.read().size == 0

    def test_a_retraction_that_is_taken_back_takes_nothing_back(self, ledger):
        ledger.append(entries("a"), NOW)
        ledger.append(entries("r", kind="retracted", at=5 * DAY, refers_to="a"), NOW)
        ledger.append(entries("s", kind="retracted", at=7 * DAY, refers_to="r"), NOW)
        assert ledger.read(as_of=6 * DAY).size == 0
        assert ledger.read(as_of=8 * DAY).deals == ("D1",)

    @pytest.mark.parametrize("other", [{"deal": "D9"}, {"process": "Another"}])
    def test_a_retraction_of_another_deals_entry_is_refused(self, ledger, other):
        ledger.append(entries("a"), NOW)
        with pytest.raises(DataError, match="is of the deal"):
            ledger.append(entries("r", kind="retracted", refers_to="a", **other), NOW)
        assert ledger.read().size == 1

    def test_a_retraction_of_nothing_is_refused(self, ledger):
        ledger.append(entries("a"), NOW)
        with pytest.raises(DataError, match="'nowhere', which the ledger does not have"):
            ledger.append(entries("r", kind="retracted", refers_to="nowhere"), NOW)
        assert len(ledger.follow()) == 1

    def test_a_moment_between_two_observations_keeps_both(self, ledger):
        batch = entries(
            key=["a", "b", "c"], deal=["D1", "D2", "D3"], at=9 * DAY, occurred_after=[None, DAY, 0]
        )
        ledger.append(batch, NOW)
        assert ledger.read().after.tolist() == [9 * DAY - 1, DAY, UNKNOWN_WHEN]

    def test_a_renamed_stage_keeps_its_old_label_in_old_entries(self, ledger):
        ledger.append(entries("a", stage="Demo", process_version=1), NOW)
        ledger.append(
            entries("b", kind="moved", at=9 * DAY, stage="Workshop", process_version=2), NOW
        )
        assert told(ledger.read()) == [
            ("D1", "created", "Demo", DAY),
            ("D1", "moved", "Workshop", 9 * DAY),
        ]
        assert [entry.process_version for entry in ledger.follow()] == [1, 2]

    def test_the_latest_state_carries_every_value_forward(self, ledger):
        ledger.append(entries("a", at=DAY, amount=5.0, currency="SEK", owner="anna"), NOW)
        ledger.append(entries("b", kind="owner_changed", at=2 * DAY, owner="bo"), NOW + 1)
        ledger.append(entries("c", kind="moved", at=3 * DAY, stage="Proposal"), NOW + 2)
        ledger.append(entries("d", kind="amount_changed", at=4 * DAY, amount=7.0), NOW + 3)
        ledger.append(entries("e", "D2", kind="owner_changed", at=4 * DAY, owner="bo"), NOW + 4)
        latest = ledger.latest("New business")
        assert latest.deal == ("D1", "D2")
        assert latest.kind == (Kind.MOVED, None)
        assert latest.stage == ("Proposal", None)
        assert latest.occurred_at == (3 * DAY, -1)
        assert latest.amount[0] == 7.0
        assert np.isnan(latest.amount[1])
        assert latest.currency == ("SEK", None)
        assert latest.owner == ("bo", "bo")
        assert latest.known_at == (4 * DAY, 4 * DAY)
        assert latest.recorded_at == (NOW + 3, NOW + 4)

    def test_the_latest_state_knows_reopened_and_removed_deals(self, ledger):
        ledger.append(entries("a"), NOW)
        ledger.append(entries("b", kind="lost", at=2 * DAY, stage="Closed Lost"), NOW)
        ledger.append(entries("c", kind="reopened", at=3 * DAY, stage="Proposal"), NOW)
        assert ledger.latest("New business").stage == ("Proposal",)
        ledger.append(entries("d", kind="removed", at=4 * DAY), NOW)
        assert ledger.latest("New business").kind == (Kind.REMOVED,)
        assert ledger.latest("New business").stage == ("Proposal",)
        ledger.append(entries("e", kind="retracted", at=5 * DAY, refers_to="d"), NOW)
        assert ledger.latest("New business").kind == (Kind.REOPENED,)

    def test_the_latest_state_orders_one_moment_along_the_course(self, ledger):
        course = Process("New business", ("Demo", "Proposal"))
        ledger.append(entries("b", kind="moved", stage="Proposal"), NOW)
        ledger.append(entries("a", kind="created", stage="Demo"), NOW)
        assert ledger.latest("New business", course).stage == ("Proposal",)
        assert ledger.latest("New business").stage == ("Demo",)

    def test_the_sources_own_order_within_a_moment_goes_first(self, ledger):
        course = Process("New business", ("Demo", "Proposal"))
        batch = entries(["a", "b"], kind="moved", stage=["Proposal", "Demo"], sequence=[1, 2])
        ledger.append(batch, NOW)
        assert ledger.latest("New business", course).stage == ("Demo",)

    def test_processes_are_read_apart_and_together(self, ledger):
        ledger.append(entries("a", process="Renewals"), NOW)
        ledger.append(entries("b", process="New business", at=5 * DAY), NOW)
        assert ledger.processes() == ("New business", "Renewals")
        assert ledger.read("Renewals").processes == ("Renewals",)
        both = ledger.read()
        assert [both.processes[code] for code in both.process] == ["Renewals", "New business"]
        assert ledger.survey("Renewals").last == DAY

    def test_a_survey_tells_size_span_and_currencies(self, ledger):
        ledger.append(
            entries(
                key=["a", "b", "c"],
                deal=["D1", "D1", "D2"],
                at=[3 * DAY, 9 * DAY, DAY],
                known_at=[3 * DAY, 9 * DAY, 20 * DAY],
                amount=[1.0, None, 2.0],
                currency=["SEK", None, "EUR"],
            ),
            NOW,
        )
        survey = ledger.survey()
        assert (survey.entries, survey.deals) == (3, 2)
        assert (survey.first, survey.last, survey.known) == (DAY, 9 * DAY, 20 * DAY)
        assert survey.currencies == ("EUR", "SEK")

    def test_who_follows_from_a_number_misses_nothing(self, open_ledger):
        with open_ledger() as writer, open_ledger() as reader:
            seen, after = [], 0
            for batch in range(5):
                keys = [f"{batch}-{row}" for row in range(7)]
                writer.append(entries(key=keys, deal=keys), NOW)
                while found := reader.follow(after, limit=3):
                    seen += [entry.key for entry in found]
                    after = found[-1].id
            assert seen == [f"{batch}-{row}" for batch in range(5) for row in range(7)]

    def test_a_reader_sees_nothing_of_an_append_before_it_is_whole(self, open_ledger):
        with open_ledger() as writer, open_ledger() as reader:
            writer.append(entries("a"), NOW)
            sizes = []

            def batches():
                yield entries("b", "D2")
                sizes.append(reader.read().size)
                yield entries("c", "D3")

            writer.append(batches(), NOW)
            assert sizes == [1]
            assert reader.read().size == 3

    def test_a_first_append_is_hidden_until_it_is_whole(self, open_ledger):
        with open_ledger() as writer, open_ledger() as reader:
            seen = []

            def batches():
                yield entries("a")
                seen.append((reader.read().size, reader.problems()))
                yield entries("a")
                yield entries("b", "D2")

            assert writer.append(batches(), NOW).added == 2
            assert seen == [(0, [])]
            assert reader.problems() == []

    def test_what_is_written_survives_closing(self, open_ledger):
        with open_ledger() as ledger:
            ledger.append(entries("a", deal="Åsa & Söner 'AB' – 日本"), NOW)
        with open_ledger() as ledger:
            assert ledger.read().deals == ("Åsa & Söner 'AB' – 日本",)

    def test_texts_with_quotes_and_nul_come_back_whole(self, ledger):
        odd = ["it's", 'a "quote"', "x\x00y", "; DROP TABLE entry", "", " blanks "]
        keys = [f"k'{place}" for place in range(len(odd))]
        batch = entries(key=keys, deal=keys, stage=odd, source="o'file.csv")
        ledger.append(batch, NOW)
        constant = entries(key="last", deal="last'", stage="n\x00ul's")
        ledger.append(constant, NOW)
        assert [entry.stage for entry in ledger.follow()] == [*odd, "n\x00ul's"]
        assert ledger.append([batch, constant], NOW).unchanged == len(odd) + 1

    def test_numpy_columns_are_taken_as_they_are(self, ledger):
        batch = entries(
            key=np.array(["a", "b"]),
            deal=np.array(["D1", "D2"], dtype=object),
            at=np.array([DAY, 2 * DAY]),
            amount=np.array([np.nan, 12.5]),
            sequence=[np.int64(4), np.int64(5)],
        )
        ledger.append(batch, NOW)
        assert ledger.append(batch, NOW).unchanged == 2
        assert [entry.amount for entry in ledger.follow()] == [None, 12.5]

    def test_an_empty_batch_adds_nothing(self, ledger):
        assert ledger.append(entries(key=[], deal=[]), NOW).added == 0
        assert ledger.append([], NOW).added == 0
