"""Odoo's interfaces: which one is taken, what is refused, and what is said of it."""

import httpx2
import pytest

from mellantid.connectors.connector import NotLetInError, SourceError
from mellantid.connectors.http import Http
from mellantid.connectors.odoo import KIND, make
from mellantid.connectors.odoo.xmlrpc import understood, written

VALUES = {"url": "https://o.example.com/odoo/", "database": "d", "key": "the-key", "login": "bot"}


def asked(answer, **values):
    """What a person is told where Odoo answers so."""
    http = Http(transport=httpx2.MockTransport(lambda _: answer), sleep=lambda _: None, patience=1)
    with pytest.raises(SourceError) as caught:
        make(VALUES | values, http, lambda: 0).account()
    assert "the-key" not in str(caught.value)
    return caught.value


def test_a_wrong_key_is_not_let_in(world):
    with pytest.raises(NotLetInError, match="the API key"):
        world(1, key="wrong", interface="json2").odoo.account()
    with pytest.raises(NotLetInError, match="database, login and API key"):
        world(1, key="wrong", interface="xmlrpc").odoo.account()


def test_xml_rpc_needs_database_and_login(world):
    with pytest.raises(SourceError, match="give both"):
        world(1, interface="xmlrpc", login="").odoo.account()


def test_an_address_without_odoo_says_so():
    page = httpx2.Response(404, text="<html>Not found</html>")
    assert "no JSON-2 at this address" in str(asked(page, interface="json2"))
    assert "no XML-RPC at this address" in str(asked(page))


def test_a_refusal_is_one_sentence_of_odoos_own():
    told = {"name": "builtins.ValueError", "message": "Invalid field 'x'\n on 'crm.lead'"}
    refused = str(asked(httpx2.Response(422, json=told), interface="json2"))
    assert refused == "Odoo refuses res.users.context_get: Invalid field 'x' on 'crm.lead'"


def test_a_user_without_crm_is_told_which_role_is_missing():
    told = {"name": "odoo.exceptions.AccessError", "message": "You are not allowed"}
    assert "has no right to" in str(asked(httpx2.Response(403, json=told), interface="json2"))


def test_the_key_is_in_no_representation():
    http = Http()
    assert "the-key" not in repr(vars(make(VALUES, http, lambda: 0)))
    assert [field.name for field in KIND.fields if field.secret] == ["key", "hook_token"]


def test_an_unknown_interface_is_refused():
    with pytest.raises(SourceError, match="auto, json2 and xmlrpc"):
        make(VALUES | {"interface": "soap"}, Http(), lambda: 0)


@pytest.mark.parametrize("evil", ["<!DOCTYPE x [<!ENTITY a 'aaaa'>]>", "<!DOCTYPE x SYSTEM 'f'>"])
def test_a_document_that_declares_entities_is_refused(evil):
    document = f"<?xml version='1.0'?>{evil}<methodResponse/>".encode()
    with pytest.raises(SourceError, match="declares entities"):
        understood(document)


@pytest.mark.parametrize(
    "broken", [b"", b"<html></html>", b"<methodResponse>", b"\xff", b"<int>1</int>", b"{}"]
)
def test_what_is_no_xml_rpc_is_refused(broken):
    with pytest.raises(SourceError, match="no XML-RPC document"):
        understood(broken)


def test_a_call_is_written_and_understood_with_all_that_odoo_uses():
    call = written("f", ([1, "å<&", 2.5, True, None, {"x": []}],))
    answer = call.replace(b"methodCall", b"methodResponse").replace(
        b"<methodName>f</methodName>", b""
    )
    assert understood(answer) == [1, "å<&", 2.5, True, None, {"x": []}]
