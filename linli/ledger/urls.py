"""The addresses of the money pages."""

from django.urls import path

from . import views

app_name = "ledger"
urlpatterns = [
    path("money/", views.money, name="money"),
    path("money/lines/<int:line>/", views.line, name="line"),
    path("money/accounts/<int:account>/", views.account, name="account"),
    path(
        "money/accounts/<int:account>/statement.xlsx",
        views.statement,
        {"kind": "xlsx"},
        name="statement",
    ),
    path(
        "money/accounts/<int:account>/statement.json",
        views.statement,
        {"kind": "json"},
        name="statement_signed",
    ),
    path(
        "money/accounts/<int:account>/statement.pdf",
        views.statement,
        {"kind": "pdf"},
        name="statement_paper",
    ),
    path("money/transfers/<int:transfer>/", views.transfer, name="transfer"),
    path("money/trial/", views.trial, name="trial"),
]
