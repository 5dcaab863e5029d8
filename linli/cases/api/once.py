"""An act done once for each idempotency key; the answer is kept beside the token."""

from functools import partial

from linli.fabric import wire
from linli.identity import actions as identity

answer_once = partial(wire.answer_once, keep=identity.answer_once)
