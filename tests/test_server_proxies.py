"""Who a request comes from where proxies are trusted: addresses, networks, and what proxies write (RFC 7239)."""

from __future__ import annotations

import pytest

from scograph.errors import UsageError
from scograph.server.proxies import MAX_FORWARDED, TrustedProxies, address_of

PROXIES = TrustedProxies("127.0.0.1, 10.0.0.0/8,2001:db8:ffff::/48")


@pytest.mark.parametrize(
    ("node", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:4711", "192.0.2.7"),
        ('"192.0.2.7:4711"', "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("2001:DB8:0:0::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ('"[2001:db8::7]:4711"', "2001:db8::7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unknown", ""),
        ("_hidden", ""),
        ("unknown:4711", ""),
        ("localhost", ""),
        ("999.0.2.7", ""),
        ("192.0.2", ""),
        ("192.0.2.7:x", ""),
        ("[2001:db8::7", ""),
        ("2001:db8::7 evil", ""),
        ("for=192.0.2.7", ""),
    ],
)
def test_the_address_of_a_node(node: str, address: str) -> None:
    assert address_of(node) == address


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", "198.51.100.9", "192.0.2.1"),  # nobody trusts it
        ("127.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("::ffff:127.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("127.0.0.1", "203.0.113.5, 198.51.100.9", "198.51.100.9"),  # what stands before it, it may have made up
        ("127.0.0.1", "198.51.100.9, 10.1.1.1, 10.2.2.2", "198.51.100.9"),
        ("2001:db8:ffff::1", '"[2001:db8::7]:4711"', "2001:db8::7"),
        ("127.0.0.1", "10.1.1.1", "10.1.1.1"),
        ("127.0.0.1", "not an address", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.9, unknown", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.9, unknown, 10.1.1.1", "10.1.1.1"),  # the proxy that hides it counts itself
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", f"{'x' * 3 * MAX_FORWARDED},198.51.100.9", "198.51.100.9"),
    ],
)
def test_the_client_is_the_last_address_that_is_no_proxy(peer: str, forwarded: str, client: str) -> None:
    assert PROXIES.client(peer, forwarded) == client


@pytest.mark.parametrize("text", ["*", "localhost", "127.0.0.1,", "10.0.0.1/8", "10.0.0.0/33", "127.0.0.1 10.0.0.1"])
def test_a_proxy_is_an_address_or_a_network(text: str) -> None:
    with pytest.raises(UsageError, match="is neither an IP address nor a network"):
        TrustedProxies(text)
