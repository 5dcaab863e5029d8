"""The addresses of the gate, and of the bill."""

from django.urls import path

from . import views

app_name = "gate"
urlpatterns = [
    path("tasks/", views.home, name="home"),
    path("tasks/ask/", views.ask, name="ask"),
    path("tasks/ask/compose/", views.compose, name="compose"),
    path("tasks/ask/form/", views.read_form, name="read_form"),
    path("tasks/ask/take/", views.take, name="take"),
    path("tasks/new/", views.new, name="new"),
    path("tasks/refuse/", views.refuse, name="refuse"),
    path("tasks/r/<str:number>/", views.one, name="request"),
    path("tasks/r/<str:number>/do/<str:act>/", views.act, name="act"),
    path("tasks/t/<int:task>/do/<str:act>/", views.work, name="work"),
    path("tasks/t/<int:task>/", views.task, name="task"),
    path("tasks/t/<int:task>/files/<int:file>/", views.file, name="file"),
    path("tasks/t/<int:task>/files/<int:file>/small/", views.small, name="small"),
    path("burden/", views.bill, name="bill"),
    path("burden/r/<str:number>/", views.public, name="public"),
    path("burden/minutes/", views.minutes, name="minutes"),
    path("burden/bill.json", views.bill_json, name="bill_json"),
    path("burden/bill.xlsx", views.bill_xlsx, name="bill_xlsx"),
]
