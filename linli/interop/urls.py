from django.urls import path

from . import views

app_name = "interop"
urlpatterns = [
    path("services.json", views.services, name="services"),
    path("services/<str:code>.json", views.definition, name="definition"),
    path("requests.json", views.requests, name="requests"),
    path("requests/<str:number>.json", views.one_request, name="request"),
    path("tokens/<str:number>.json", views.token, name="token"),
]
