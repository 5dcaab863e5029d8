"""Who says what a booking is for, by how its key begins. Read this page to see them all."""

from collections.abc import Mapping

from linli.gate import queries as gate
from linli.ledger.queries import Resolver

PAID_FOR: Mapping[str, Resolver] = {
    "gate.": gate.paid_for,
}
