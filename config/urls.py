"""Every address of the house."""

from django.conf import settings
from django.urls import include, path
from django.views.i18n import set_language

from config.api import api
from linli.fabric import pages

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("linli.identity.urls")),
    path("", include("linli.places.urls")),
    path("", include("linli.people.urls")),
    path("", include("linli.visits.urls")),
    path("", include("linli.parties.urls")),
    path("", include("linli.portal.urls")),
    path("", include("linli.verify.urls")),
    path("", include("linli.desk.urls")),
    path("", include("linli.cockpit.urls")),
    path("", include("linli.reports.urls")),
    path("", include("linli.gate.urls")),
    path("", include("linli.ledger.urls")),
    path("open311/v2/", include("linli.interop.urls")),
    path("healthz", pages.healthz, name="healthz"),
    path("readyz", pages.readyz, name="readyz"),
    path("look/", pages.set_look, name="set_look"),
    path("i18n/setlang/", set_language, name="set_language"),
]
if settings.DEBUG:
    urlpatterns.append(path("pieces/", pages.pieces, name="pieces"))

handler400 = "linli.fabric.pages.bad_request"
handler403 = "linli.fabric.pages.forbidden"
handler404 = "linli.fabric.pages.not_found"
handler500 = "linli.fabric.pages.server_error"
