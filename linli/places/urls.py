"""The addresses of places, all at the workbench."""

from django.urls import path

from . import views

app_name = "places"
urlpatterns = [
    path("places/", views.root, name="root"),
    path("places/<int:place>/", views.place, name="place"),
    path("places/<int:place>/do/<str:act>/", views.act, name="act"),
]
