"""Who reacts to what. Read this one page to see every reaction in the house."""

from collections.abc import Mapping

from linli.basics import Event
from linli.journal.actions import Reaction

REACTIONS: Mapping[type[Event], tuple[Reaction, ...]] = {}
