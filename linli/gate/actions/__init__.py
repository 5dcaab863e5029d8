"""
Everything one may do at the gate. Each is one transaction with its lines.

``asking`` an office drafts, hands in, takes numbers; a street signs · ``deciding`` admitted, returned, let
through · ``tasks`` a community works by hand, the office pays; what came past the gate is refused ·
``doors`` what stands on the visit list: put there, counted, settled · ``newcomers`` who came later is
asked too · ``ending`` called off, run out, overdue · ``booking`` minutes and money in the book ·
``_rows`` rows locked for writing.
"""

from .asking import cosign_request, draft_request, submit_request, take_numbers
from .booking import take_back_minutes
from .deciding import admit_request, declare_emergency, return_request
from .doors import count_visits, put_admitted, put_on_list
from .ending import escalate_requests, lapse_requests, pay_overdue, revoke_request
from .newcomers import ask_newcomers
from .tasks import begin_task, book_minutes, finish_task, pay_task, refuse_past_the_gate

__all__ = [
    "admit_request",
    "ask_newcomers",
    "begin_task",
    "book_minutes",
    "cosign_request",
    "count_visits",
    "declare_emergency",
    "draft_request",
    "escalate_requests",
    "finish_task",
    "lapse_requests",
    "pay_overdue",
    "pay_task",
    "put_admitted",
    "put_on_list",
    "refuse_past_the_gate",
    "return_request",
    "revoke_request",
    "submit_request",
    "take_back_minutes",
    "take_numbers",
]
