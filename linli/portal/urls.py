from django.urls import path

from .views import booking, data, directory, home, matters, report

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("report/", report.report, name="report"),
    path("d/<str:token>/", report.door, name="door"),
    path("my/", matters.matters, name="matters"),
    path("find/", matters.find, name="find"),
    path("case/<str:number>/", matters.matter, name="matter"),
    path("case/<str:number>/receipt/", matters.received, name="received"),
    path("case/<str:number>/slip/", matters.slip, name="slip"),
    path("case/<str:number>/slip.pdf", matters.slip_pdf, name="slip_pdf"),
    path("case/<str:number>/confirm/", matters.confirm, name="confirm"),
    path("case/<str:number>/reopen/", matters.reopen, name="reopen"),
    path("case/<str:number>/withdraw/", matters.withdraw, name="withdraw"),
    path("case/<str:number>/papers/", matters.bring, name="bring"),
    path("case/<str:number>/files/<int:attachment>/", matters.file, name="file"),
    path("case/<str:number>/files/<int:attachment>/small/", matters.small, name="small"),
    path("book/", booking.book, name="book"),
    path("book/<str:number>/", booking.turn, name="turn"),
    path("book/<str:number>/cancel/", booking.cancel, name="turn_cancel"),
    path("book/<str:number>/slip/", booking.slip, name="turn_slip"),
    path("queue/<str:code>/", booking.hall, name="queue"),
    path("services/", directory.catalogue, name="catalogue"),
    path("services/<str:code>/", directory.item, name="item"),
    path("me/", data.data, name="data"),
    path("me/record/", data.record, name="record"),
    path("me/copy.json", data.copy, name="copy"),
    path("me/consents/", data.consents, name="consents"),
    path("me/consent/", data.consent, name="consent"),
    path("me/afterwards/", data.afterwards, name="afterwards"),
    path("me/for/<int:person>/", data.near, name="near"),
    path("me/requests/", data.ask_right, name="ask_right"),
    path("privacy/", data.privacy, name="privacy"),
]
