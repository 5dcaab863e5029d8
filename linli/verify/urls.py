"""The address of the public check."""

from django.urls import path

from . import views

app_name = "verify"
urlpatterns = [path("verify/", views.page, name="page")]
