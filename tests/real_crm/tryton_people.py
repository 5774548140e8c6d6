"""People who work in a real Tryton, by the calls that its own client makes for them."""

import contextlib
import sqlite3
from base64 import b64encode

import httpx2
from preparing import ADMINISTRATOR, DATABASE, PASSWORD

READER, READERS_PASSWORD = "mellantid", "a-password-of-the-reader"


class CrmError(Exception):
    """Tryton says no."""


class Person:
    """Somebody who is logged in."""

    def __init__(self, address, user=ADMINISTRATOR, password=PASSWORD):
        self.address = f"{address}/{DATABASE}/rpc/"
        self.client = httpx2.Client(timeout=120)
        self.context = {}
        number, key, _ = self.ask("common.db.login", user, {"password": password})
        pass_ = b64encode(f"{user}:{number}:{key}".encode()).decode()
        self.client.headers["Authorization"] = f"Session {pass_}"

    def ask(self, method, *params):
        asked = {"id": 1, "method": method, "params": list(params)}
        answer = self.client.post(self.address, json=asked)
        answer.raise_for_status()
        if "error" in answer.json():
            raise CrmError(answer.json()["error"])
        return answer.json()["result"]

    def call(self, method, *params):
        return self.ask(f"model.{method}", *params, self.context)

    def made(self, model, **values):
        """The id of a new record."""
        return self.call(f"{model}.create", [values])[0]


class Company:
    """A company that sells: its employees, a customer, and opportunities."""

    def __init__(self, person, name, currency, employees):
        self.person = person
        party = person.made("party.party", name=name)
        self.currency = currency
        self.id = person.made("company.company", party=party, currency=currency)
        person.call("res.user.write", [1], {"companies": [["add", [self.id]]]})
        self.customer = person.made(
            "party.party", name=f"Customer of {name}", addresses=[["create", [{}]]]
        )
        self.employees = [self.employ(each) for each in employees]

    def employ(self, name):
        email = {"type": "email", "value": f"{name.split()[0].lower()}@example.com"}
        party = self.person.made("party.party", name=name, contact_mechanisms=[["create", [email]]])
        return self.person.made("company.employee", party=party, company=self.id)

    def opportunity(self, amount, employee=None, **more):
        """A new one, a lead."""
        values = {
            "party": self.customer,
            "company": self.id,
            "currency": self.currency,
            "employee": employee or self.employees[0],
            "amount": None if amount is None else decimal(amount),
        }
        return self.person.made("sale.opportunity", **(values | more))

    def click(self, button, deal):
        """Press one of an opportunity's buttons: opportunity, convert, lost, cancel, lead."""
        return self.person.call(f"sale.opportunity.{button}", [deal])

    def change(self, deal, **values):
        self.person.call("sale.opportunity.write", [deal], values)

    def delete(self, deal):
        self.person.call("sale.opportunity.delete", [deal])

    def stands(self, deal):
        return self.person.call("sale.opportunity.read", [deal], ["state"])[0]["state"]

    def win(self, deal, amount):
        """Convert an opportunity into a sale, and confirm that: this is what wins it."""
        self.click("convert", deal)
        sale = self.sale(deal)
        unit = self.person.call("product.uom.search", [["symbol", "=", "u"]], 0, 1, None)
        line = {
            "type": "line",
            "description": "Skis",
            "quantity": 1,
            "unit": unit[0],
            "unit_price": decimal(amount),
        }
        self.person.call("sale.sale.write", [sale], {"lines": [["create", [line]]]})
        self.person.call("sale.sale.quote", [sale])
        self.person.call("sale.sale.confirm", [sale])

    def sale(self, deal):
        origin = ["origin", "=", f"sale.opportunity,{deal}"]
        return self.person.call("sale.sale.search", [origin], 0, 1, None)[0]


class Crm:
    """A Tryton that is used: two companies, of which the reader may see the first."""

    def __init__(self, address, database):
        self.address = address
        self.database = database
        person = Person(address)
        groups = person.call("res.group.search", [], 0, None, None)
        person.call("res.user.write", [1], {"groups": [["add", groups]], "company_filter": "all"})
        euro, krona = (
            person.made(
                "currency.currency", name=code, code=code, symbol=code, rounding=decimal("0.01")
            )
            for code in ("EUR", "SEK")
        )
        self.euro = euro
        self.company = Company(person, "Ski AB", krona, ["Anna Ek", "Bo Lund"])
        self.other = Company(person, "Sea AB", euro, ["Cecilia Alm"])
        person.context = person.ask("model.res.user.get_preferences", True, {})
        self.person = person
        selling = person.call("res.group.search", [["name", "=", "Sales"]], 0, 1, None)
        person.made(
            "res.user",
            name="Mellantid",
            login=READER,
            password=READERS_PASSWORD,
            groups=[["add", selling]],
            companies=[["add", [self.company.id]]],
            company=self.company.id,
        )

    def grow_older(self, days):
        """Let all that has happened to opportunities have happened some days earlier.

        A server stamps what it does by its own clock; only in its database can time have passed.
        """
        earlier = "strftime('%Y-%m-%d %H:%M:%S.', {0}, ?) || substr({0}, 21)"
        with contextlib.closing(sqlite3.connect(self.database, timeout=60)) as database, database:
            for table in ("sale_opportunity", "sale_opportunity__history"):
                for column in ("create_date", "write_date"):
                    value = earlier.format(column)
                    database.execute(f"UPDATE {table} SET {column} = {value}", (f"-{days} days",))

    @property
    def given(self):
        """What is to be given to a connector."""
        return {
            "url": self.address,
            "database": DATABASE,
            "user": READER,
            "password": READERS_PASSWORD,
        }


def decimal(value):
    return {"__class__": "Decimal", "decimal": str(value)}
