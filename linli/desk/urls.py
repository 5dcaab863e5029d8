"""The addresses of the workbench."""

from django.urls import path, re_path

from .views import accept, acts, awards, cases, queue, reporters, returns, today

app_name = "desk"
urlpatterns = [
    path("desk/", today.today, name="today"),
    path("desk/find/", today.find, name="find"),
    path("desk/cases/", cases.case_list, name="cases"),
    re_path(r"^desk/cases\.(?P<kind>csv|xlsx)$", cases.export, name="export"),
    path("desk/load/", cases.load, name="load"),
    path("desk/load/move/", cases.reassign, name="reassign"),
    path("desk/cases/<str:number>/", acts.case, name="case"),
    path("desk/cases/<str:number>/card/", acts.open_card, name="open_card"),
    path("desk/cases/<str:number>/papers/", acts.papers_slip, name="papers_slip"),
    path("desk/cases/<str:number>/do/<str:act>/", acts.act, name="act"),
    path("desk/cases/<str:number>/contact/", reporters.open_contact, name="open_contact"),
    path("desk/cases/<str:number>/files/", reporters.attach, name="attach"),
    path("desk/cases/<str:number>/files/<int:attachment>/", reporters.file, name="file"),
    path("desk/cases/<str:number>/files/<int:attachment>/small/", reporters.small, name="small"),
    path("desk/cases/<str:number>/for/<str:doing>/", reporters.act_for, name="act_for"),
    path("desk/people/<int:person>/awards/", awards.awards, name="awards"),
    path("desk/people/<int:person>/awards/<int:award>/end/", awards.end, name="award_end"),
    path("desk/queue/", queue.queue, name="queue"),
    path("desk/queue/give/", queue.give, name="queue_give"),
    path("desk/queue/<str:number>/slip/", queue.slip, name="queue_slip"),
    path("desk/queue/<int:booking>/<str:act>/", queue.act, name="queue_act"),
    path("desk/returns/", returns.returns, name="returns"),
    path("desk/returns/<int:ruling>/", returns.one, name="return"),
    path("desk/returns/<int:ruling>/rule/", returns.rule, name="rule"),
    path("desk/accept/", accept.accept, name="accept"),
    path("desk/accept/<str:once>/receipt/", accept.receipt, name="receipt"),
    path("desk/accept/<str:once>/slip/", accept.slip, name="slip"),
]
