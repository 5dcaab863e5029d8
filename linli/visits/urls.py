"""The addresses of the visits storey, all at the workbench."""

from django.urls import path

from . import views

app_name = "visits"
urlpatterns = [
    path("visits/", views.morning, name="morning"),
    path("visits/offline/", views.offline, name="offline"),
    path("visits/worker.js", views.worker, name="worker"),
    path("visits/card/", views.card, name="card"),
    path("visits/send/", views.send, name="send"),
    path("visits/conflicts/", views.conflicts, name="conflicts"),
    path("visits/conflicts/<int:conflict>/", views.decide, name="decide"),
    path("visits/<int:visit>/", views.visit, name="visit"),
    path("visits/<int:visit>/photos/<int:photo>/", views.photo, name="photo"),
]
