"""The addresses of the cockpit."""

from django.urls import path

from . import views

app_name = "cockpit"
urlpatterns = [
    path("cockpit/", views.today, name="today"),
    path("cockpit/cases/", views.month, name="cases"),
    path("cockpit/records/", views.records, name="records"),
    path("cockpit/money/", views.money, name="money"),
    path("cockpit/money/records/", views.behind, name="behind"),
    path("cockpit/entitled/", views.entitled, name="entitled"),
    path("cockpit/entitled/<slug:item>/", views.without, name="without"),
]
