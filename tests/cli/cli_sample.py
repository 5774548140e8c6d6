"""A small company's export: a row per stage change, two years, three stages, four sellers."""

import csv
import datetime as dt

import numpy as np

MAP = """
[columns]
deal = "Deal"
at = "Changed On"
stage = "Stage"
amount = "Amount"
owner = "Owner"
currency = "Currency"

[process]
name = "New business"
stages = ["Qualified", "Demo", "Offer"]
won = ["Won"]
lost = ["Lost"]
timezone = "Europe/Stockholm"
holidays = "SE"
"""
HEADINGS = ("Deal", "Changed On", "Stage", "Amount", "Owner", "Currency")
FIRST = dt.date(2024, 1, 1)
LAST = dt.date(2025, 10, 31)
SELLERS = ("anna", "bo", "cia", "dan")
PEOPLE = """id,name,team,parent
anna,Anna Ek,North,Sweden
bo,Bo Lind,North,Sweden
cia,Cia Holm,South,Sweden
dan,Dan Berg,South,Sweden
"""


def rows(currency="SEK"):
    """One new deal a weekday; two of five are lost on the way, the others won."""
    rng = np.random.default_rng(7)
    made = []
    days = [FIRST + dt.timedelta(days=k) for k in range((LAST - FIRST).days + 1)]
    for number, day in enumerate(day for day in days if day.weekday() < 5):
        amount, owner = 1000 * int(rng.integers(20, 200)), SELLERS[number % 4]
        when = dt.datetime.combine(day, dt.time(9, number % 60))
        path = ["Qualified", "Demo", "Offer", "Won"]
        if rng.random() < 0.4:
            path = [*path[: int(rng.integers(1, 4))], "Lost"]
        for stage in path:
            made.append((f"D{number}", f"{when:%Y-%m-%d %H:%M:%S}", stage, amount, owner, currency))
            when += dt.timedelta(days=int(rng.geometric(0.06)))
    limit = f"{LAST + dt.timedelta(days=1)}"
    return [row for row in made if row[1] < limit]


def write(path, lines, headings=HEADINGS):
    """Write a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(lines)
    return path


def write_map(path, text=MAP):
    """Write a map."""
    path.write_text(text, encoding="utf-8")
    return path
