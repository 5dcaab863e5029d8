"""
Who may what, over HTTP: one line per address, one status per role. A new address needs a line.

Read a line so: 401 not without a token · 403 not with this hat · 404 as if it did not exist ·
302 done, or led to the door · 409 and 422 let in, but not at this moment or not with these words.

Everything named lies in one community. The neighbour is a clerk of the next one, and whoever is
elsewhere a worker there; the street's and the department's are of the offices that answer for it.
"""

from dataclasses import dataclass

ROLES = (
    "anonymous",
    "resident",
    "clerk",
    "worker",
    "head",
    "neighbour",
    "elsewhere",
    "street",
    "department",
    "arbiter",
    "district",
    "auditor",
    "provider",
)


@dataclass(frozen=True)
class Row:
    """What each role is answered at one address, in the order of ``ROLES``."""

    method: str
    route: str
    act: str
    statuses: tuple[int, ...]

    def status(self, role: str) -> int:
        return self.statuses[ROLES.index(role)]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.act}".strip()


def _read(line: str) -> Row:
    """Read “method route [:act] statuses”; one status stands for everybody."""
    method, route, *rest = line.split()
    act = rest.pop(0)[1:] if rest[0].startswith(":") else ""
    statuses = tuple(int(status) for status in rest)
    if len(statuses) == 1:
        statuses *= len(ROLES)
    assert len(statuses) == len(ROLES), line
    return Row(method, "" if route == "/" else route, act, statuses)


# The columns are the roles in the order above.
TABLE = r"""
GET  api/v1/openapi.json                                   200
POST api/v1/openapi.json                                   405
GET  api/v1/cases                                          401 401 200 200 200 200 200 200 200 200 200 200 200
POST api/v1/cases                                          401 401 201 201 201 201 201 201 403 403 403 403 403
GET  api/v1/cases/<number>                                 401 401 200 404 200 404 404 200 200 404 200 200 200
POST api/v1/cases/<number>/<act> :accept                   401 401 200 404 200 404 404 403 403 404 403 403 200
POST api/v1/cases/<number>/<act> :finish                   401 401 409 404 409 404 404 403 403 404 403 403 409
POST api/v1/cases/<number>/<act> :hand_over                401 401 200 404 200 404 404 403 403 404 403 403 403
POST api/v1/cases/<number>/<act> :return                   401 401 200 404 200 404 404 403 403 404 403 403 200
POST api/v1/cases/<number>/<act> :undo                     401 401 409 404 409 404 404 409 409 404 403 403 409
POST api/v1/cases/<number>/<act> :rule                     401 401 403 404 403 404 404 403 403 404 403 403 403
POST api/v1/cases/<number>/<act> :answer                   401 401 409 404 409 404 404 403 403 404 409 403 409
POST api/v1/cases/<number>/<act> :invite                   401 401 200 404 200 404 404 403 403 404 200 403 200
POST api/v1/cases/<number>/<act> :ask_papers               401 401 200 404 200 404 404 403 403 404 200 403 200
POST api/v1/cases/<number>/<act> :pause                    401 401 200 404 200 404 404 403 403 404 200 403 200
POST api/v1/cases/<number>/<act> :resume                   401 401 409 404 409 404 404 403 403 404 409 403 409
POST api/v1/cases/<number>/<act> :extend                   401 401 403 404 403 404 404 403 403 404 422 403 403
POST api/v1/cases/<number>/<act> :supervise                401 401 403 404 403 404 404 403 403 404 200 403 403
POST api/v1/cases/<number>/<act> :merge                    401 401 200 404 200 404 404 403 403 404 200 403 200
POST api/v1/cases/<number>/<act> :undo_merge               401 401 409 404 409 404 404 403 403 404 409 403 409
POST api/v1/cases/<number>/<act> :reroute                  401 401 200 404 200 404 404 403 403 404 200 403 403
GET  api/v1/cases/<number>/reports                         401 401 200 404 200 404 404 200 200 404 200 200 200
POST api/v1/cases/<number>/contact                         401 401 200 404 200 404 404 200 200 404 403 403 200
GET  api/v1/cases/<number>/attachments                     401 401 200 404 200 404 404 200 200 404 200 200 200
POST api/v1/cases/<number>/attachments                     401 401 200 404 200 404 404 200 200 404 403 403 200
GET  api/v1/cases/<number>/attachments/<attachment>        401 401 200 404 200 404 404 200 200 404 200 200 200
POST api/v1/cases/<number>/for/withdraw                    401 401 200 404 200 404 404 200 403 404 403 403 403
POST api/v1/cases/<number>/for/papers                      401 401 200 404 200 404 404 200 403 404 403 403 403
GET  api/v1/windows/<party>/times                          401 401 200 200 200 200 200 200 200 200 200 200 200
GET  api/v1/bookings                                       401 401 200 200 200 200 200 200 403 403 403 403 403
POST api/v1/bookings                                       401 401 201 201 201 201 201 201 403 403 403 403 403
POST api/v1/bookings/<number>/cancel                       401 401 404 404 404 404 404 404 404 404 404 404 404
GET  api/v1/data-requests                                  401 401 403 403 200 403 403 403 403 403 200 403 403
GET  api/v1/data-requests/<request_id>                     401 401 403 403 200 403 403 403 403 403 200 403 403
POST api/v1/data-requests/<request_id>/decide              401 401 403 403 200 403 403 403 403 403 200 403 403
GET  api/v1/accounts                                       401 401 403 403 200 403 403 200 200 403 200 200 403
GET  api/v1/accounts/<account>                             401 401 403 403 404 403 403 404 200 403 200 200 403
GET  api/v1/transfers                                      401 401 403 403 200 403 403 200 200 403 200 200 403
GET  api/v1/reports                                        401 401 403 200 200 403 200 200 200 403 200 403 403
GET  api/v1/reports/<edition>                              401 401 403 200 200 403 404 200 404 403 404 403 403
GET  api/v1/catalogue                                      200
GET  api/v1/catalogue/<code>                               200
GET  api/v1/                                               404
POST api/v1/                                               404
GET  account/login/                                        200 302 302 302 302 302 302 302 302 302 302 302 302
POST account/login/                                        200 302 302 302 302 302 302 302 302 302 302 302 302
GET  account/logout/                                       302 200 200 200 200 200 200 200 200 200 200 200 200
POST account/logout/                                       302
GET  account/inactive/                                     200
GET  account/again/                                        302 200 200 200 200 200 200 200 200 200 200 200 200
POST account/again/                                        302 200 200 200 200 200 200 200 200 200 200 200 200
GET  account/password/                                     302 200 200 200 200 200 200 200 200 200 200 200 200
POST account/password/                                     302 200 200 200 200 200 200 200 200 200 200 200 200
GET  account/password/set/                                 302
POST account/password/set/                                 302
GET  account/keys/                                         302 200 200 200 200 200 200 200 200 200 200 200 200
POST account/keys/                                         302 405 405 405 405 405 405 405 405 405 405 405 405
GET  account/keys/code/                                    302
POST account/keys/code/                                    302
GET  account/keys/code/again/                              302
POST account/keys/code/again/                              302
GET  account/keys/generator/                               302
POST account/keys/generator/                               302
GET  account/keys/generator/away/                          302 404 404 404 404 404 404 404 404 404 404 404 404
POST account/keys/generator/away/                          302 404 404 404 404 404 404 404 404 404 404 404 404
GET  account/keys/recovery/                                302 404 404 404 404 404 404 404 404 404 404 404 404
POST account/keys/recovery/                                302 405 405 405 405 405 405 405 405 405 405 405 405
GET  account/keys/recovery/new/                            302
POST account/keys/recovery/new/                            302
GET  account/keys/passkeys/                                302 200 200 200 200 200 200 200 200 200 200 200 200
POST account/keys/passkeys/                                302 405 405 405 405 405 405 405 405 405 405 405 405
GET  account/keys/passkeys/add/                            302
POST account/keys/passkeys/add/                            302
GET  account/keys/passkeys/login/                          302
POST account/keys/passkeys/login/                          302
GET  account/keys/passkeys/again/                          302
POST account/keys/passkeys/again/                          302
GET  account/keys/passkeys/<int:pk>/away/                  302
POST account/keys/passkeys/<int:pk>/away/                  302
GET  account/sessions/                                     302 200 200 200 200 200 200 200 200 200 200 200 200
GET  account/sessions/<int:pk>/end/                        405
POST account/sessions/<int:pk>/end/                        302 404 404 404 404 404 404 404 404 404 404 404 404
GET  account/hat/                                          405
POST account/hat/                                          302 404 404 404 404 404 404 404 404 404 404 404 404
GET  account/tokens/                                       302 200 200 200 200 200 200 200 200 200 200 200 200
POST account/tokens/                                       302 403 200 200 200 200 200 200 200 200 200 200 200
GET  account/tokens/<int:pk>/end/                          405
POST account/tokens/<int:pk>/end/                          302 404 404 404 404 404 404 404 404 404 404 404 404
GET  account/desk/                                         302 200 200 200 200 200 200 200 200 200 200 200 200
POST account/desk/                                         302 404 404 404 404 404 404 404 404 404 404 404 404
GET  /                                                     200
GET  report/                                               200
POST report/                                               302
GET  d/<str:token>/                                        404
GET  my/                                                   200
GET  messages/                                             302 200 200 200 200 200 200 200 200 200 200 200 200
GET  messages/email/                                          405
POST messages/email/                                          302
GET  messages/read/                                        405
POST messages/read/                                        302
GET  messages/<int:notice>/open/                           405
POST messages/<int:notice>/open/                           302 404 404 404 404 404 404 404 404 404 404 404 404
GET  find/                                                 200
POST find/                                                 302
GET  case/<str:number>/                                    200
GET  case/<str:number>/receipt/                            404
GET  case/<str:number>/slip/                               404
GET  case/<str:number>/slip.pdf                            404
GET  case/<str:number>/confirm/                            405
POST case/<str:number>/confirm/                            404
GET  case/<str:number>/reopen/                             405
POST case/<str:number>/reopen/                             404
GET  case/<str:number>/withdraw/                           405
POST case/<str:number>/withdraw/                           404
GET  case/<str:number>/papers/                             405
POST case/<str:number>/papers/                             404
GET  case/<str:number>/files/<int:attachment>/             404
GET  case/<str:number>/files/<int:attachment>/small/       404
GET  book/                                                 200
POST book/                                                 422
GET  book/<str:number>/                                    200
GET  book/<str:number>/cancel/                             405
POST book/<str:number>/cancel/                             404
GET  book/<str:number>/slip/                               404
GET  queue/<str:code>/                                     404
GET  services/                                             200
GET  services/<str:code>/                                  200
GET  me/                                                   200
GET  me/record/                                            302
POST me/record/                                            302
GET  me/copy.json                                          404
GET  me/consents/                                          302
GET  me/consent/                                           405
POST me/consent/                                           302
GET  me/afterwards/                                        405
POST me/afterwards/                                        302
GET  me/for/<int:person>/                                  404
GET  me/requests/                                          405
POST me/requests/                                          302
GET  me/requests/<int:asked>/withdraw/                     405
POST me/requests/<int:asked>/withdraw/                     404
GET  me/requests/<int:asked>/copy.json                     404
GET  privacy/                                              200
GET  money/                                                302 403 403 403 200 403 403 200 200 403 200 200 403
GET  money/lines/<int:line>/                               302 403 403 403 404 403 403 404 200 403 200 200 403
GET  money/accounts/<int:account>/                         302 403 403 403 404 403 403 404 200 403 200 200 403
GET  money/accounts/<int:account>/statement.xlsx           302 403 403 403 404 403 403 404 200 403 200 200 403
GET  money/accounts/<int:account>/statement.json           302 403 403 403 404 403 403 404 200 403 200 200 403
GET  money/accounts/<int:account>/statement.pdf            302 403 403 403 404 403 403 404 200 403 200 200 403
GET  money/transfers/<int:transfer>/                       302 403 403 403 404 403 403 404 200 403 200 200 403
GET  money/trial/                                          302 403 403 403 403 403 403 403 403 403 200 200 403
GET  verify/                                               200
POST verify/                                               422
GET  desk/                                                 302 403 200 200 200 200 200 200 200 200 200 200 200
GET  desk/find/                                            302 403 200 200 200 200 200 200 200 200 200 200 200
GET  desk/cases/                                           302 403 200 200 200 200 200 200 200 200 200 200 200
GET  ^desk/cases\.(?P<kind>csv|xlsx)$                      403 403 200 200 200 200 200 200 200 200 200 200 200
GET  desk/filters/                                         405
POST desk/filters/                                         403 403 302 302 302 302 302 302 302 302 302 302 302
GET  desk/calls/                                           302 403 200 200 200 200 200 200 200 403 200 403 200
GET  desk/calls/<int:notice>/number/                       405
POST desk/calls/<int:notice>/number/                       403 403 200 404 200 404 404 404 404 403 404 403 200
GET  desk/calls/<int:notice>/told/                         405
POST desk/calls/<int:notice>/told/                         403 403 302 404 302 404 404 404 404 403 404 403 302
GET  desk/load/                                            302 403 200 200 200 200 200 200 200 200 200 200 200
GET  desk/load/move/                                       405
POST desk/load/move/                                       403 403 403 403 302 403 403 403 403 403 302 403 403
GET  desk/cases/<str:number>/                              302 403 200 404 200 404 404 200 200 404 200 200 200
GET  desk/cases/<str:number>/card/                         405
POST desk/cases/<str:number>/card/                         403 403 404 404 404 404 404 404 404 404 404 404 404
GET  desk/cases/<str:number>/papers/                       403 403 404 404 404 404 404 404 404 404 404 404 404
POST desk/cases/<str:number>/do/<str:act>/ :accept         403 403 302 404 302 404 404 403 403 404 403 403 302
POST desk/cases/<str:number>/do/<str:act>/ :finish         403 403 409 404 409 404 404 403 403 404 403 403 409
POST desk/cases/<str:number>/do/<str:act>/ :hand_over      403 403 302 404 302 404 404 403 403 404 403 403 403
POST desk/cases/<str:number>/do/<str:act>/ :return         403 403 302 404 302 404 404 403 403 404 403 403 302
POST desk/cases/<str:number>/do/<str:act>/ :undo           403 403 409 404 409 404 404 409 409 404 403 403 409
POST desk/cases/<str:number>/do/<str:act>/ :answer         403 403 409 404 409 404 404 403 403 404 409 403 409
POST desk/cases/<str:number>/do/<str:act>/ :invite         403 403 302 404 302 404 404 403 403 404 302 403 302
POST desk/cases/<str:number>/do/<str:act>/ :ask_papers     403 403 302 404 302 404 404 403 403 404 302 403 302
POST desk/cases/<str:number>/do/<str:act>/ :pause          403 403 302 404 302 404 404 403 403 404 302 403 302
POST desk/cases/<str:number>/do/<str:act>/ :resume         403 403 409 404 409 404 404 403 403 404 409 403 409
POST desk/cases/<str:number>/do/<str:act>/ :extend         403 403 403 404 403 404 404 403 403 404 422 403 403
POST desk/cases/<str:number>/do/<str:act>/ :supervise      403 403 403 404 403 404 404 403 403 404 302 403 403
POST desk/cases/<str:number>/do/<str:act>/ :merge          403 403 302 404 302 404 404 403 403 404 302 403 302
POST desk/cases/<str:number>/do/<str:act>/ :undo_merge     403 403 409 404 409 404 404 403 403 404 409 403 409
POST desk/cases/<str:number>/do/<str:act>/ :reroute        403 403 302 404 302 404 404 403 403 404 302 403 403
GET  desk/cases/<str:number>/contact/                      405
POST desk/cases/<str:number>/contact/                      403 403 200 404 200 404 404 200 200 404 403 403 200
GET  desk/cases/<str:number>/files/                        405
POST desk/cases/<str:number>/files/                        403 403 422 404 422 404 404 422 422 404 403 403 422
GET  desk/cases/<str:number>/files/<int:attachment>/       403 403 200 404 200 404 404 200 200 404 200 200 200
GET  desk/cases/<str:number>/files/<int:attachment>/small/ 403 403 200 404 200 404 404 200 200 404 200 200 200
GET  desk/cases/<str:number>/files/<int:attachment>/forget/ 405
POST desk/cases/<str:number>/files/<int:attachment>/forget/ 403 403 403 404 302 404 404 403 403 404 302 403 403
GET  desk/cases/<str:number>/for/<str:doing>/              405
POST desk/cases/<str:number>/for/<str:doing>/              403 403 302 404 302 404 404 302 403 404 403 403 403
GET  desk/queue/                                           302 403 200 200 200 200 200 200 403 403 403 403 403
GET  desk/queue/give/                                      405
POST desk/queue/give/                                      403 403 404 404 404 404 404 404 403 403 403 403 403
GET  desk/queue/<str:number>/slip/                         403 403 404 404 404 404 404 404 404 404 404 404 404
GET  desk/queue/<int:booking>/<str:act>/                   405
POST desk/queue/<int:booking>/<str:act>/                   403 403 409 409 409 409 409 409 403 403 403 403 403
GET  desk/rolls/                                           302 403 403 403 403 403 403 200 200 403 403 403 403
POST desk/rolls/                                           302 403 403 403 403 403 403 422 422 403 403 403 403
GET  desk/rolls/take/                                      405
POST desk/rolls/take/                                      403 403 403 403 403 403 403 409 409 403 403 403 403
GET  desk/rolls/empty.xlsx                                 403 403 403 403 403 403 403 200 200 403 403 403 403
GET  desk/returns/                                         302 403 200 200 200 200 200 200 200 200 200 200 200
GET  desk/returns/<int:ruling>/                            302 403 403 403 403 403 403 403 403 200 403 403 403
GET  desk/returns/<int:ruling>/rule/                       405
POST desk/returns/<int:ruling>/rule/                       403 403 403 403 403 403 403 403 403 302 403 403 403
GET  desk/accept/                                          302 403 200 200 200 200 200 200 403 403 403 403 403
POST desk/accept/                                          302 403 302 302 302 302 302 302 403 403 403 403 403
GET  desk/accept/<str:once>/receipt/                       403 403 404 404 404 404 404 404 404 404 404 404 404
GET  desk/accept/<str:once>/slip/                          403 403 404 404 404 404 404 404 404 404 404 404 404
GET  tasks/                                                302 403 200 200 200 200 200 200 200 403 200 200 403
GET  tasks/ask/                                            302 403 403 403 403 403 403 200 200 403 403 403 403
GET  tasks/ask/compose/                                    302 403 403 403 403 403 403 200 200 403 403 403 403
GET  tasks/ask/form/                                       405
POST tasks/ask/form/                                       403 403 403 403 403 403 403 422 422 403 403 403 403
GET  tasks/ask/take/                                       405
POST tasks/ask/take/                                       403 403 403 403 403 403 403 422 422 403 403 403 403
GET  tasks/new/                                            302 403 403 403 403 403 403 200 200 403 403 403 403
POST tasks/new/                                            302 403 403 403 403 403 403 422 422 403 403 403 403
GET  tasks/refuse/                                         302 403 403 200 200 403 200 403 403 403 403 403 403
POST tasks/refuse/                                         302 403 403 422 422 403 422 403 403 403 403 403 403
GET  tasks/r/<str:number>/                                 302 403 200 200 200 200 200 200 200 404 200 200 404
GET  tasks/r/<str:number>/do/<str:act>/ :submit            405
POST tasks/r/<str:number>/do/<str:act>/ :submit            403 403 403 403 403 403 403 404 409 404 403 403 404
POST tasks/r/<str:number>/do/<str:act>/ :cosign            403 403 403 403 403 403 403 409 403 404 403 403 404
POST tasks/r/<str:number>/do/<str:act>/ :admit             403 403 403 403 403 403 403 403 403 404 302 403 404
POST tasks/r/<str:number>/do/<str:act>/ :return            403 403 403 403 403 403 403 403 403 404 302 403 404
POST tasks/r/<str:number>/do/<str:act>/ :declare           403 403 403 403 403 403 403 403 403 404 302 403 404
POST tasks/r/<str:number>/do/<str:act>/ :revoke            403 403 403 403 403 403 403 403 403 404 409 403 404
GET  tasks/t/<int:task>/do/<str:act>/ :begin               405
POST tasks/t/<int:task>/do/<str:act>/ :begin               403 403 403 302 302 403 404 403 403 403 403 403 403
POST tasks/t/<int:task>/do/<str:act>/ :book                403 403 403 409 409 403 404 403 403 403 403 403 403
POST tasks/t/<int:task>/do/<str:act>/ :finish              403 403 403 409 409 403 404 403 403 403 403 403 403
POST tasks/t/<int:task>/do/<str:act>/ :undo                403 403 403 404 404 403 404 403 403 403 403 403 403
POST tasks/t/<int:task>/do/<str:act>/ :pay                 403 403 403 403 403 403 403 409 409 403 403 403 403
GET  tasks/t/<int:task>/                                   302 403 404 200 200 404 404 200 200 403 200 200 403
GET  tasks/t/<int:task>/files/<int:file>/                  403 403 404 200 200 404 404 200 200 404 404 404 404
GET  tasks/t/<int:task>/files/<int:file>/small/            403 403 404 200 200 404 404 200 200 404 404 404 404
GET  burden/                                               200
GET  burden/minutes/                                       200
GET  burden/r/<str:number>/                                200
GET  burden/bill.json                                      200
GET  burden/bill.xlsx                                      200
GET  reports/                                              302 403 403 200 200 403 200 200 302 403 302 403 403
GET  reports/send/                                         405
POST reports/send/                                         403 403 403 302 302 403 404 302 403 403 403 403 403
GET  reports/<int:edition>/                                302 403 403 200 200 403 404 200 404 403 404 403 403
GET  reports/<int:edition>/send/                           405
POST reports/<int:edition>/send/                           403 403 403 302 302 403 404 302 403 403 403 403 403
GET  reports/<int:edition>/back/                           405
POST reports/<int:edition>/back/                           403 403 403 302 302 403 404 302 403 403 403 403 403
GET  reports/<int:edition>/file/                           403 403 403 200 200 403 404 200 404 403 404 403 403
GET  reports/<int:edition>/numbers/<int:number>/           302 403 403 404 404 403 404 404 404 403 404 403 403
GET  reports/forms/                                        302 403 403 403 403 403 403 200 200 403 200 403 403
GET  reports/forms/new/                                    302 403 403 403 403 403 403 200 200 403 403 403 403
POST reports/forms/new/                                    403 403 403 403 403 403 403 422 422 403 403 403 403
GET  reports/forms/<int:form>/                             302 403 403 403 403 403 403 404 404 403 200 403 403
GET  reports/forms/<int:form>/end/                         405
POST reports/forms/<int:form>/end/                         403 403 403 403 403 403 403 404 404 403 302 403 403
GET  visits/                                               302 403 403 200 200 403 200 403 403 403 403 403 403
GET  visits/card/                                          405
GET  visits/offline/                                       200
GET  visits/worker.js                                      200
POST visits/card/                                          403 403 403 200 200 403 404 403 403 403 403 403 403
GET  visits/send/                                          405
POST visits/send/                                          403 403 403 302 302 403 404 403 403 403 403 403 403
GET  visits/conflicts/                                     302 403 403 200 200 403 200 403 403 403 403 403 403
GET  visits/conflicts/<int:conflict>/                      405
POST visits/conflicts/<int:conflict>/                      403 403 403 302 302 403 404 403 403 403 403 403 403
GET  visits/<int:visit>/                                   302 403 403 200 200 403 404 403 403 403 403 403 403
GET  visits/<int:visit>/photos/<int:photo>/                403 403 403 200 200 403 404 403 403 403 403 403 403
GET  people/                                               302 403 200 200 200 200 200 200 403 403 403 403 403
POST people/                                               403 403 200 200 200 200 200 200 403 403 403 403 403
GET  people/new/                                           302 403 200 200 200 200 200 200 403 403 403 403 403
POST people/new/                                           403 403 302 302 302 404 404 302 403 403 403 403 403
GET  people/<int:person>/                                  302 403 200 200 200 404 404 200 403 403 200 403 403
GET  people/<int:person>/admit/                            405
POST people/<int:person>/admit/                            403 403 200 200 200 404 404 200 403 403 403 403 403
GET  people/<int:person>/card/                             405
POST people/<int:person>/card/                             403 403 200 200 200 404 404 200 403 403 403 403 403
GET  people/<int:person>/fact/                             405
POST people/<int:person>/fact/                             403 403 403 302 302 403 404 302 403 403 403 403 403
GET  people/<int:person>/confirm/                          405
POST people/<int:person>/confirm/                          403 403 403 302 302 403 404 302 403 403 403 403 403
GET  people/<int:person>/password/                         302 403 200 200 200 404 404 200 403 403 403 403 403
POST people/<int:person>/password/                         403 403 409 409 409 404 404 409 403 403 403 403 403
GET  people/<int:person>/kin/                              405
POST people/<int:person>/kin/                              403 403 302 302 302 404 404 302 403 403 403 403 403
GET  people/<int:person>/move/                             302 403 403 200 200 403 404 200 403 403 403 403 403
POST people/<int:person>/move/                             403 403 403 302 302 403 404 302 403 403 403 403 403
GET  people/<int:person>/end/                              405
POST people/<int:person>/end/                              403 403 403 302 302 403 404 302 403 403 403 403 403
GET  people/<int:person>/same/<int:other>/                 302 403 403 403 200 403 403 403 403 403 200 403 403
GET  people/<int:person>/ask/                              405
POST people/<int:person>/ask/                              403 403 302 302 302 404 404 302 403 403 403 403 403
GET  data-requests/                                        302 403 403 403 200 403 403 403 403 403 200 403 403
GET  data-requests/<int:request_id>/                       302 403 403 403 200 403 403 403 403 403 200 403 403
GET  data-requests/<int:request_id>/decide/                405
POST data-requests/<int:request_id>/decide/                403 403 403 403 302 403 403 403 403 403 302 403 403
GET  desk/requests/<int:request_id>/copy/                  405
POST desk/requests/<int:request_id>/copy/                  302 403 403 403 404 403 403 403 403 403 404 403 403
POST people/<int:person>/same/<int:other>/                 403 403 403 403 302 403 403 403 403 403 302 403 403
GET  people/merges/<int:merge>/undo/                       405
POST people/merges/<int:merge>/undo/                       403 403 403 403 302 403 403 403 403 403 302 403 403
GET  offices/                                              302 403 200 200 200 200 200 200 200 200 200 200 200
GET  offices/found/                                        405
POST offices/found/                                        403 403 403 403 403 403 403 403 403 403 302 403 403
GET  offices/posts/                                        302 403 200 200 200 200 200 200 200 200 200 200 200
POST offices/posts/                                        403 403 403 403 403 403 403 403 403 403 302 403 403
GET  offices/<int:party>/                                  302 403 200 200 200 200 200 200 200 200 200 200 200
POST offices/<int:party>/do/<str:act>/ :appoint            403 403 403 403 403 403 403 403 403 403 302 403 403
POST offices/<int:party>/do/<str:act>/ :end                403 403 403 403 403 403 403 403 403 403 302 403 403
POST offices/<int:party>/do/<str:act>/ :backup             403 403 403 403 302 403 403 302 403 403 302 403 403
POST offices/<int:party>/do/<str:act>/ :link               403 403 403 403 422 403 403 403 403 403 422 403 403
POST offices/<int:party>/do/<str:act>/ :unlink             403 403 403 403 409 403 403 403 403 403 409 403 403
POST offices/<int:party>/do/<str:act>/ :close              403 403 403 403 403 403 403 403 403 403 422 403 403
POST offices/<int:party>/do/<str:act>/ :leave              403 403 302 403 302 403 403 302 403 403 302 403 403
POST offices/<int:party>/do/<str:act>/ :factor             403 403 403 403 403 403 403 403 403 403 302 403 403
POST offices/<int:party>/do/<str:act>/ :password           403 403 403 403 403 403 403 403 403 403 200 403 403
POST offices/<int:party>/do/<str:act>/ :shift              403 403 403 403 302 403 403 302 403 403 302 403 403
POST offices/<int:party>/do/<str:act>/ :hours              403 403 403 403 302 403 403 302 403 403 302 403 403
POST offices/<int:party>/do/<str:act>/ :closed             403 403 403 403 302 403 403 302 403 403 302 403 403
POST offices/<int:party>/do/<str:act>/ :reopen             403 403 404 404 404 404 404 404 404 404 404 404 404
POST offices/<int:party>/do/<str:act>/ :phone              403 403 403 403 403 403 403 403 403 403 302 403 403
POST offices/<int:party>/do/<str:act>/ :rename             403 403 403 403 403 403 403 403 403 403 302 403 403
GET  places/                                               302 403 403 403 200 403 403 403 403 403 200 403 403
GET  places/<int:place>/                                   302 403 403 403 200 403 403 403 403 403 200 403 403
GET  desk/plates/<int:place>/                              302 403 403 403 200 403 403 403 403 403 200 403 403
POST places/<int:place>/do/<str:act>/ :add                 403 403 403 403 302 403 403 403 403 403 302 403 403
POST places/<int:place>/do/<str:act>/ :rename              403 403 403 403 302 403 403 403 403 403 302 403 403
POST places/<int:place>/do/<str:act>/ :move                403 403 403 403 302 403 403 403 403 403 302 403 403
POST places/<int:place>/do/<str:act>/ :merge               403 403 403 403 409 403 403 403 403 403 409 403 403
GET  open311/v2/services.json                              200
GET  open311/v2/services.xml                               200
GET  open311/v2/services/<str:code>.json                   200
GET  open311/v2/services/<str:code>.xml                    200
GET  open311/v2/requests.json                              200
GET  open311/v2/requests.xml                               200
POST open311/v2/requests.json                              201 201 201 201 201 201 201 201 403 403 403 403 403
POST open311/v2/requests.xml                               201 201 201 201 201 201 201 201 403 403 403 403 403
GET  open311/v2/requests/<str:number>.json                 200
GET  open311/v2/requests/<str:number>.xml                  200
GET  open311/v2/tokens/<str:number>.json                   200
GET  open311/v2/tokens/<str:number>.xml                    200
GET  healthz                                               200
GET  readyz                                                200
GET  look/                                                 405
POST look/                                                 302
GET  i18n/setlang/                                         302
POST i18n/setlang/                                         302
GET  cockpit/                                              302 403 403 403 403 403 403 200 403 403 200 403 403
GET  cockpit/cases/                                        302 403 403 403 403 403 403 200 403 403 200 403 403
GET  cockpit/records/                                      302 403 403 403 403 403 403 404 403 403 404 403 403
GET  cockpit/money/                                        302 403 403 403 403 403 403 200 403 403 200 403 403
GET  cockpit/money/records/                                302 403 403 403 403 403 403 404 403 403 404 403 403
GET  cockpit/entitled/                                     302 403 403 403 403 403 403 200 403 403 200 403 403
GET  cockpit/entitled/<slug:item>/                         302 403 403 403 403 403 403 404 403 403 403 403 403
GET  desk/people/<int:person>/awards/                      302 403 200 200 200 404 404 200 200 403 403 403 403
POST desk/people/<int:person>/awards/                      302 403 200 200 200 404 404 200 200 403 403 403 403
GET  desk/people/<int:person>/awards/<int:award>/end/      405
POST desk/people/<int:person>/awards/<int:award>/end/      403 403 403 403 403 403 403 404 404 403 403 403 403
GET  verify/                                               200
POST verify/                                               422
"""

ROWS = tuple(_read(line) for line in TABLE.splitlines() if line)
