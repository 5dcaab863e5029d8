"""Rate limits on what strangers may try, kept in the cache; decided: no service of its own."""

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import ClassVar

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from linli.basics import Refused, gettext_noop


class TooManyTries(Refused):
    """Somebody tries too often from one place."""

    status: ClassVar[int] = 429
    message = gettext_noop(
        "That was tried too often. Wait %(minutes)s minutes, or ring us; nothing you sent is lost."
    )

    def __init__(self, *, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


def check_tries(name: str, who: str, *, most: int, minutes: int) -> None:
    """:raises TooManyTries: if ``most`` tries of this kind were counted within the time"""
    if cache.get(_key(name, who), 0) >= most:
        raise TooManyTries(minutes=minutes)


def count_try(name: str, who: str, *, minutes: int) -> None:
    """Count one try; the count is forgotten ``minutes`` after the first."""
    key = _key(name, who)
    if not cache.add(key, 1, timeout=minutes * 60):
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two
            cache.add(key, 1, timeout=minutes * 60)


@dataclass(frozen=True, slots=True)
class Proxies:
    """Whose word on where a request came from is taken: so many hops, or those in some networks."""

    hops: int = 0
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def client(self, peer: str, forwarded: Sequence[str]) -> str:
        """
        Return where a request came from: the right-most hop that is none of ours.

        Each proxy appends whom it got the request from, so only the right end can be believed.

        :param peer: who holds the connection
        :param forwarded: ``X-Forwarded-For``, the first hop first
        """
        if self.hops:
            chain = [*forwarded, peer]
            return chain[max(len(chain) - 1 - self.hops, 0)]
        client = peer
        for hop in reversed(forwarded):
            if not self._is_ours(client):
                break
            client = hop
        return client

    def _is_ours(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.networks)


@functools.lru_cache(maxsize=4)
def trusted_proxies(text: str) -> Proxies:
    """
    Read ``LINLI_TRUSTED_PROXIES``: a number of hops, or addresses and networks with commas.

    :raises ImproperlyConfigured: if it is neither
    """
    if text.isdecimal():
        return Proxies(hops=int(text))
    try:
        parts = [part.strip() for part in text.split(",")]
        return Proxies(networks=tuple(ip_network(part) for part in parts if part))
    except ValueError as wrong:
        raise ImproperlyConfigured(
            f"LINLI_TRUSTED_PROXIES is a number of hops, or networks such as 10.0.0.0/8: {wrong}"
        ) from wrong


def client_address(request: HttpRequest) -> str:
    """Return the address a request comes from, behind the proxies that are trusted."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    hops = [hop.strip() for hop in forwarded if hop.strip()]
    client = trusted_proxies(settings.TRUSTED_PROXIES).client(peer, hops)
    try:
        return str(ip_address(client))
    except ValueError:
        return peer


def address_of(request: HttpRequest) -> str:
    """
    Return where a request comes from, for counting tries; it is kept nowhere else.

    The last 64 bits of an IPv6 address are anybody's to choose, so they do not count.
    """
    client = client_address(request)
    return str(ip_network(f"{client}/64", strict=False)) if ":" in client else client


def _key(name: str, who: str) -> str:
    # Hashed: what a person typed must not make a key the cache cannot hold.
    return f"tries:{name}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
