"""Open311: every address ends with the kind of answer, .json or .xml."""

from django.urls import path

from . import views

app_name = "interop"
urlpatterns = [
    path(f"{address}.{kind}", view, {"kind": kind}, name=f"{view.__name__}_{kind}")
    for kind in ("json", "xml")
    for address, view in (
        ("services", views.services),
        ("services/<str:code>", views.definition),
        ("requests", views.requests),
        ("requests/<str:number>", views.one_request),
        ("tokens/<str:number>", views.token),
    )
]
