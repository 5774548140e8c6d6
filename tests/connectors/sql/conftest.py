"""A company's database that follows a simulated CRM, and the connector to it."""

import itertools
import sqlite3

import pytest

from mellantid.connectors.http import Http
from mellantid.connectors.sql import make
from mellantid.simulators.crm import filled
from mellantid.simulators.sql import SIMULATOR, Kept

NOW = 1_800_000_000_000
VALUES = {**SIMULATOR.given("http://127.0.0.1:1")}


class Company:
    """A simulated CRM, kept in a database, and a connector to it."""

    def __init__(self, path, deals=60, **values):
        self.at = NOW
        self.crm = filled(lambda: self.at, deals)
        self.kept = Kept(self.crm, path)
        self.values = VALUES | {"url": f"sqlite:///{path}"} | values
        self.sql = make(self.values, Http(), lambda: self.at)

    def everything(self):
        return [deal for page in self.sql.everything(None) for deal in page.deals]

    def look(self, cursor):
        """What a look tells, by deal, and where the next one goes on."""
        self.at += 60_000
        deals = []
        for page in self.sql.changed(cursor):
            deals += page.deals
            cursor = page.cursor
        return {deal.id: deal for deal in deals}, cursor


@pytest.fixture
def company(tmp_path):
    made = []

    def build(deals=60, **values):
        made.append(Company(tmp_path / f"{len(made)}.db", deals, **values))
        return made[-1]

    return build


@pytest.fixture
def tables(tmp_path):
    """A connector to a database with the tables given: by name, rows as dicts."""

    number = itertools.count()

    def build(shape, given, **values):
        path = tmp_path / f"loaded-{next(number)}.db"
        database = sqlite3.connect(path)
        for name, rows in given.items():
            columns = list(rows[0])
            database.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
            marks = ", ".join(f":{column}" for column in columns)
            database.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
        database.commit()
        database.close()
        said = {"url": f"sqlite:///{path}", "shape": shape} | values
        return make(said, Http(), lambda: NOW)

    return build
