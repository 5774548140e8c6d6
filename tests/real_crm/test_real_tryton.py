"""What people do in a real Tryton is in the ledger as they did it, and the splits follow."""

import datetime as dt

import pytest
from connected import Commands, Connected, now
from tryton_people import CrmError, decimal

from mellantid.connectors.connector import NotLetInError, SourceError
from mellantid.connectors.tryton.client import SESSIONS
from mellantid.connectors.tryton.story import GONE


def test_a_deals_whole_way_is_told_as_it_was_gone(crm, connected):
    anna, bo = crm.company.employees
    begun = now()
    deal = crm.company.opportunity(1000, anna)
    crm.company.click("opportunity", deal)
    crm.company.change(deal, amount=decimal("1500.50"))
    crm.company.change(deal, employee=bo)
    crm.company.win(deal, 1700)
    assert crm.company.stands(deal) == "won"
    connected.fill()
    assert connected.told(deal) == [
        ("created", "Lead", 1000.0, "SEK", str(anna)),
        ("moved", "Opportunity"),
        ("amount_changed", 1500.5, "SEK"),
        ("owner_changed", str(bo)),
        ("moved", "Converted"),
        ("amount_changed", 1700.0, "SEK"),
        ("won", "Won"),
    ]
    moments = connected.moments(deal)
    assert moments == sorted(moments)
    assert begun <= moments[0]
    assert moments[-1] <= now()


def test_a_deal_is_lost_with_its_reason_and_opened_again(crm, connected):
    deal = crm.company.opportunity(2000)
    crm.company.click("lost", deal)
    crm.company.change(deal, lost_reason="Price and\ntime")
    crm.company.click("lead", deal)
    connected.fill()
    assert [each[:2] for each in connected.told(deal)] == [
        ("created", "Lead"),
        ("lost", "Lost"),
        ("reopened", "Lead"),
    ]
    assert connected.told(deal)[1] == ("lost", "Lost", "Price and time")


def test_a_deal_that_was_deleted_before_is_told_with_its_end(crm, connected):
    deal = crm.company.opportunity(None)
    with pytest.raises(CrmError, match="must cancel"):
        crm.company.delete(deal)
    crm.company.click("cancel", deal)
    crm.company.delete(deal)
    connected.fill()
    assert [each[0] for each in connected.told(deal)] == ["created", "lost", "removed"]


def test_what_happens_later_is_caught_up_with(crm, connected):
    anna, bo = crm.company.employees
    moved, priced, handed, deleted = (crm.company.opportunity(100 * n) for n in range(1, 5))
    connected.fill()
    nothing = connected.catch_up()
    assert (nothing.added, nothing.taken_back) == (0, 0)
    crm.company.click("opportunity", moved)
    crm.company.change(priced, amount=decimal(4321))
    crm.company.change(handed, employee=bo)
    crm.company.click("cancel", deleted)
    crm.company.delete(deleted)
    new = crm.company.opportunity(7, bo)
    unseen = crm.company.opportunity(8)
    crm.company.click("cancel", unseen)
    crm.company.delete(unseen)
    last = crm.company.opportunity(9)
    assert connected.catch_up().added >= 10
    assert connected.told(moved)[1:] == [("moved", "Opportunity")]
    assert connected.told(priced)[1:] == [("amount_changed", 4321.0, "SEK")]
    assert connected.told(handed)[1:] == [("owner_changed", str(bo))]
    assert connected.told(deleted)[1:] == [("lost", "Cancelled"), ("removed", GONE)]
    assert connected.told(new) == [("created", "Lead", 7.0, "SEK", str(bo))]
    assert [each[0] for each in connected.told(unseen)] == ["created", "lost", "removed"]
    assert connected.told(last) == [("created", "Lead", 9.0, "SEK", str(anna))]
    again = connected.catch_up()
    assert (again.added, again.taken_back) == (0, 0)


def test_reconciling_finds_what_was_missed_and_nothing_else(crm, connected):
    moved, deleted = crm.company.opportunity(10), crm.company.opportunity(11)
    connected.fill()
    with connected.sync() as sync:
        assert sync.reconcile().found == 0
    crm.company.click("opportunity", moved)
    crm.company.click("cancel", deleted)
    crm.company.delete(deleted)
    with connected.sync() as sync:
        result = sync.reconcile()
    assert (result.found, result.mended) == (2, 2)
    assert connected.told(moved)[-1] == ("moved", "Opportunity")
    assert connected.told(deleted)[-1] == ("removed", GONE)


def test_deals_that_were_changed_together_are_told_each(crm, connected):
    deals = [crm.company.opportunity(n) for n in (1, 2, 3)]
    crm.person.call("sale.opportunity.opportunity", deals)
    connected.fill()
    moments = {tuple(connected.moments(deal)[1:]) for deal in deals}
    assert len(moments) == 1
    assert all(connected.told(deal)[1] == ("moved", "Opportunity") for deal in deals)


def test_a_deal_in_another_currency_keeps_it(crm, connected):
    deal = crm.company.opportunity(5, currency=crm.euro)
    connected.fill()
    assert connected.told(deal)[0][2:4] == (5.0, "EUR")


def test_another_companys_deals_are_not_read(crm, connected):
    hidden = crm.other.opportunity(1_000_000)
    shown = crm.company.opportunity(1)
    result = connected.fill()
    assert result.deals > 0
    assert connected.told(hidden) == []
    assert connected.told(shown) != []
    assert [each.process for each in connected.connection.courses.values()] == ["Ski AB"]


def test_a_deal_that_moves_to_another_company_leaves(crm, connected):
    deal = crm.company.opportunity(3)
    connected.fill()
    crm.company.change(deal, company=crm.other.id, employee=None)
    connected.catch_up()
    assert [each[0] for each in connected.told(deal)] == ["created", "removed"]
    crm.company.change(deal, company=crm.company.id)
    connected.catch_up()
    assert [each[0] for each in connected.told(deal)] == ["created", "removed", "created"]


def test_owners_are_its_employees(crm, connected):
    connected.fill()
    people = connected.workspace.people.persons
    assert people[str(crm.company.employees[0])].name == "Anna Ek"
    assert str(crm.other.employees[0]) not in people


def test_a_session_that_has_ended_is_begun_anew(crm, connected):
    connected.fill()
    SESSIONS._keys = dict.fromkeys(SESSIONS._keys, "bWVsbGFudGlkOjI6Z29uZQ==")
    crm.company.opportunity(1)
    assert connected.catch_up().added > 0


@pytest.mark.parametrize(
    ("value", "error", "says"),
    [
        ({"password": "wrong"}, NotLetInError, "check the user and the password"),
        ({"database": "nothing"}, SourceError, "is no database"),
        ({"url": "http://127.0.0.1:9"}, SourceError, "could not be reached"),
    ],
)
def test_what_was_given_wrongly_is_told(crm, tmp_path, value, error, says):
    made = Connected(tmp_path, crm.given | value)
    with made.sync() as sync:
        sync._http._patience = 0.0
        with pytest.raises(error, match=says):
            sync.connector.account()
    made.workspace.ledger.close()


def test_one_who_may_not_read_opportunities_is_told_so(crm, tmp_path):
    crm.person.made("res.user", name="Guest", login="guest", password="a-password-of-a-guest")  # noqa: S106 (of a test)
    guest = {"user": "guest", "password": "a-password-of-a-guest"}
    made = Connected(tmp_path, crm.given | guest)
    with made.sync() as sync, pytest.raises(SourceError, match="in a group that may read"):
        sync.connector.account()
    made.workspace.ledger.close()


def test_the_account_tells_company_and_user(connected):
    with connected.sync() as sync:
        assert sync.connector.account() == "Ski AB (mellantid in crm)"


def passed(commands):
    """Movements made, by leg."""
    return {leg["leg"]: leg["actual"] for leg in commands.answer("splits")["legs"]}


def test_the_splits_follow_what_is_done_there(crm, tmp_path):
    commands = Commands(tmp_path / "race.db", crm.given["password"])
    first = crm.company.opportunity(100_000)
    crm.company.click("opportunity", first)
    # A plan learns from what was before it began.
    crm.grow_older(days=90)
    crm.company.opportunity(1)
    given = [
        word
        for name in ("url", "database", "user")
        for word in ("--set", f"{name}={crm.given[name]}")
    ]
    added = commands.answer("connect", "add", "tryton", *given)
    assert added["processes"] == ["Ski AB"]
    assert commands.answer("connect", "sync")["tryton"][0]["added"] > 0
    rates = tmp_path / "rates.csv"
    rates.write_text("date,currency,rate\n2020-01-01,EUR,11\n", encoding="utf-8")
    commands.run("rates", "import", rates)
    today = dt.datetime.now(tz=dt.UTC).date()
    first_day, last_day = (f"{today + dt.timedelta(days=n)}" for n in (-30, 300))
    period = ["--from", first_day, "--to", last_day]
    commands.run("target", "set", "--amount", "10000000", *period)
    commands.run("plan")
    before = passed(commands)
    crm.company.opportunity(50_000)
    second = crm.company.opportunity(60_000)
    crm.company.click("opportunity", second)
    crm.company.click("lost", second)
    crm.company.win(first, 120_000)
    commands.run("connect", "sync")
    after = passed(commands)
    made = {leg: after[leg] - before[leg] for leg in after}
    assert made == {"creation": 2, "Lead": 1, "Opportunity": 1, "Converted": 1}
