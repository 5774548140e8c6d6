from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.errors import DataError, QuestionError
from mellantid.notices.hosts import allow_hosts, allowed_hosts
from mellantid.notices.reaching import is_public, resolved, target_of

PUBLIC = "93.184.216.34"
PRIVATE = (
    *("127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "0.0.0.0"),  # noqa: S104
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
    *("224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "192.88.99.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("2002:7f00:1::", "2002:c0a8:101::", "2001:db8::1", "2001::1", "::127.0.0.1", "nonsense"),
)


@pytest.mark.parametrize("number", PRIVATE)
def test_what_is_inside_is_not_public_however_it_is_written(number):
    assert not is_public(number)


@pytest.mark.parametrize("number", [PUBLIC, "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_what_is_outside_is(number):
    assert is_public(number)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_no_private_number_is_public_also_within_another(number):
    assert not is_public(str(number))
    assert not is_public(f"::ffff:{number}")


def hosts(*numbers):
    return lambda *_: list(numbers)


def test_only_the_number_that_was_looked_at_is_connected_to():
    target = target_of("https://example.com/hook?a=1", (), hosts(PUBLIC))
    assert target.url == f"https://{PUBLIC}:443/hook?a=1"
    assert (target.host, target.authority) == ("example.com", "example.com")
    target = target_of("http://EXAMPLE.com:8080", (), hosts("2606:2800:220:1::1"))
    assert target.url == "http://[2606:2800:220:1::1]:8080/"
    assert target.authority == "example.com:8080"


def test_a_host_of_which_one_number_is_inside_is_refused():
    for numbers in ([PUBLIC, "10.0.0.1"], ["::ffff:169.254.169.254"]):
        with pytest.raises(QuestionError, match="ask an administrator"):
            target_of("https://example.com/", (), hosts(*numbers))


def test_numbers_in_other_disguises_are_what_the_system_takes_them_for():
    for host in ("2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "[::1]"):
        try:
            numbers = resolved(host.strip("[]"), 80)
        except OSError:
            continue
        with pytest.raises(QuestionError, match="private network"):
            target_of(f"http://{host}/", (), hosts(*numbers))


def test_a_host_that_an_administrator_allows_may_be_inside():
    target = target_of("http://hooks.local/", {"hooks.local"}, hosts("10.1.2.3"))
    assert target.number == "10.1.2.3"
    with pytest.raises(QuestionError):
        target_of("http://hooks.local.example.com/", {"hooks.local"}, hosts("10.1.2.3"))


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.com", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com"),
        *("https://", "https:///path", "https://user@example.com/", "https://a:b@example.com/"),
        *("https://example.com:0/", "https://example.com:99999/", "https://example.com:x/"),
        *("https://exa mple.com/", "https://example.com\\@evil.example/", "https://exämple.com/"),
        *("https://example.com/\r\nHost: evil", "https://[::1/", "//example.com/"),
    ],
)
def test_what_is_no_address_of_the_web_is_refused(url):
    with pytest.raises(QuestionError, match="begins with https"):
        target_of(url, (), hosts(PUBLIC))


@given(st.text(max_size=60))
def test_nothing_that_is_typed_leads_inside_or_breaks(text):
    for url in (text, f"http://{text}", f"https://example.com{text}"):
        with pytest.raises((QuestionError, OSError)):
            target_of(url, (), hosts("127.0.0.1"))


def test_hosts_are_kept_without_what_they_cannot_have(workspace):
    allow_hosts(workspace.ledger, "Chat.example.com, [fd00::1] 10.0.0.1")
    assert allowed_hosts(workspace.ledger) == {"chat.example.com", "fd00::1", "10.0.0.1"}
    for wrong in ("https://chat.example.com", "a/b", "*"):
        with pytest.raises(DataError, match=r"chat\.example\.com"):
            allow_hosts(workspace.ledger, wrong)
    allow_hosts(workspace.ledger, "")
    assert allowed_hosts(workspace.ledger) == frozenset()
