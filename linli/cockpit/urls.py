"""The addresses of the cockpit."""

from django.urls import path

from . import views

app_name = "cockpit"
urlpatterns = [
    path("cockpit/", views.today, name="today"),
    path("cockpit/cases/", views.month, name="cases"),
    path("cockpit/records/", views.records, name="records"),
]
