"""The addresses of hats and shared desks."""

from django.urls import path

from . import views

urlpatterns = [
    path("account/hat/", views.switch_hat, name="switch_hat"),
    path("account/desk/", views.switch_user, name="switch_user"),
]
