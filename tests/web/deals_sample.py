from __future__ import annotations

import html
import re
import time

from web_sample import token_in

from mellantid.workspace import Workspace


def said_of(text):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def same(text):
    """Words as `plain` leaves them, with any space plain."""
    return re.sub(r"\s+", " ", text)


def cards(page):
    """Names of the deals on a board, by stage."""
    columns = re.findall(r'data-stage="([^"]+)"(.*?)</section>', page.text, re.DOTALL)
    return {stage: re.findall(r'data-deal="([^"]+)"', inner) for stage, inner in columns}


def listed(page):
    return re.findall(r'<th scope="row" class="name"><a href="[^"]+">([^<]+)</a>', page.text)


def asked(served):
    """The workspace's own answers, as the command line gives them."""
    asking = served.state.asking
    with Workspace.open(asking.database) as workspace:
        race = workspace.race(None, workspace.moment(None, asking.now() + 1).until)
        return race, workspace.ropes(race), workspace.outcome(race)


def open_of(served, owner):
    _, ropes, _ = asked(served)
    return next(each.deal for each in ropes.deals if (each.owner == owner) and each.days_left)


def send(client, address, **fields):
    token = token_in(client.get("/nowhere"))
    form = {"token": token, "key": f"{time.monotonic_ns()}"} | fields
    return client.post(address, data=form)


def fault(answer):
    return html.unescape(re.search(r'role="alert"[^>]*>([^<]*)', answer.text)[1])


def rows_of(served):
    with Workspace.open(served.state.asking.database) as workspace:
        return workspace.ledger.position()
