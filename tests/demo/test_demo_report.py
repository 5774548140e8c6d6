import datetime as dt

from mellantid.demo import demo_organisation
from mellantid.demo.setting_up import set_up
from mellantid.report.compose import compose
from mellantid.workspace import Workspace


def test_the_report_calls_people_by_their_names(tmp_path):
    company = demo_organisation(3, dt.date(2025, 10, 31))
    now = company.history.until - 1
    with Workspace.open(tmp_path / "demo.db", create=True) as workspace:
        set_up(workspace, company, now)
        _, _ = workspace.make_plan(None, company.targets[0].first, now)
        data = compose(workspace, workspace.race(None, company.history.until))
    names = {seller.name for seller in company.sellers}
    assert {deal.owner for deal in (*data.deals, *data.caught)} <= names
