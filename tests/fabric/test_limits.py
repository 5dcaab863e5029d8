"""Where a request comes from, behind proxies one trusts; and headers that lie."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from django.urls import reverse

from linli.fabric.limits import Proxies, address_of, client_address, trusted_proxies

HOME, LIE, FAR = "203.0.113.7", "198.51.100.66", "192.0.2.9"


def request(peer="127.0.0.1", forwarded=None):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "client"),
    [
        # Nobody is trusted: whatever the header says, it is the peer.
        ("", HOME, None, HOME),
        ("", HOME, LIE, HOME),
        ("0", HOME, LIE, HOME),
        # One proxy: what it appended counts, what the client wrote before does not.
        ("1", "127.0.0.1", HOME, HOME),
        ("1", "127.0.0.1", f"{LIE}, {HOME}", HOME),
        ("1", "127.0.0.1", f"{LIE},{LIE} , {HOME}", HOME),
        ("1", "127.0.0.1", None, "127.0.0.1"),
        ("1", "127.0.0.1", " , ", "127.0.0.1"),
        # Two proxies: the second hop from the right.
        ("2", "127.0.0.1", f"{LIE}, {HOME}, 10.0.0.1", HOME),
        ("2", "127.0.0.1", HOME, HOME),
        # Networks: hops of ours are passed over, the first stranger is the client.
        ("127.0.0.0/8", "127.0.0.1", f"{LIE}, {HOME}", HOME),
        ("127.0.0.1, 10.0.0.0/8", "127.0.0.1", f"{LIE}, {HOME}, 10.1.2.3", HOME),
        ("127.0.0.1,::1", "::1", f"{LIE}, {HOME}", HOME),
        ("10.0.0.0/8", HOME, LIE, HOME),  # he came around the proxy
        ("10.0.0.0/8", "10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"),
        ("10.0.0.0/8", "10.0.0.1", None, "10.0.0.1"),
        # Something that is no address is nobody's name.
        ("1", "127.0.0.1", f"{HOME}, unknown", "127.0.0.1"),
        ("1", "127.0.0.1", "<script>", "127.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", f"{LIE}, 10.0.0.2:4711", "10.0.0.1"),
        ("1", "127.0.0.1", "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_the_client_is_the_right_most_hop_that_is_not_ours(
    settings, trusted, peer, forwarded, client
):
    settings.TRUSTED_PROXIES = trusted
    assert client_address(request(peer, forwarded)) == client


def test_however_long_the_lie_it_does_not_move_the_client(settings):
    settings.TRUSTED_PROXIES = "1"
    said = {client_address(request(forwarded=f"{'1.1.1.1, ' * n}{HOME}")) for n in range(200)}
    assert said == {HOME}


def test_a_network_of_an_address_counts_as_one_place(settings):
    settings.TRUSTED_PROXIES = "1"
    counted = {address_of(request(forwarded=f"2001:db8:1:2:{n:x}::1")) for n in range(50)}
    assert counted == {"2001:db8:1:2::/64"}
    assert address_of(request(forwarded="2001:db8:1:3::1")) == "2001:db8:1:3::/64"
    assert address_of(request(forwarded=HOME)) == HOME


@pytest.mark.parametrize("text", ["nginx", "10.0.0.0/99", "10.0.0.1/8", "-1", "1.5"])
def test_what_is_neither_number_nor_network_is_refused(text):
    with pytest.raises(ImproperlyConfigured, match="LINLI_TRUSTED_PROXIES"):
        trusted_proxies(text)


def test_an_empty_setting_trusts_nobody():
    assert trusted_proxies("") == Proxies(hops=0, networks=())


@pytest.mark.django_db
def test_a_limit_is_not_escaped_by_inventing_hops(client, settings):
    """The verify page counts 8 tries; each of these claims to come from somewhere else."""
    settings.TRUSTED_PROXIES = "1"
    codes = [
        client.post(
            reverse("verify:page"), headers={"X-Forwarded-For": f"10.9.8.{n}, {HOME}"}
        ).status_code
        for n in range(10)
    ]
    assert codes[:8] == [422] * 8
    assert codes[8:] == [429, 429]
    other = client.post(reverse("verify:page"), headers={"X-Forwarded-For": FAR})
    assert other.status_code == 422


@pytest.mark.django_db
def test_wrong_passwords_are_counted_where_they_come_from(client, settings):
    settings.TRUSTED_PROXIES = "1"

    def wrong(name, n, home):
        sent = {"login": name, "password": "wrong"}
        where = {"X-Forwarded-For": f"10.9.8.{n}, {home}"}
        return client.post("/account/login/", sent, headers=where)

    answers = [wrong(f"nobody{n}", n, HOME) for n in range(12)]
    assert [one.status_code for one in answers[:10]] == [200] * 10
    assert "五分钟" in answers[-1].content.decode()
    assert "五分钟" not in wrong("nobody", 1, FAR).content.decode()
