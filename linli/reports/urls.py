"""The addresses of the reports storey, all at the workbench."""

from django.urls import path

from . import views

app_name = "reports"
urlpatterns = [
    path("reports/", views.week, name="week"),
    path("reports/send/", views.send_all, name="send_all"),
    path("reports/<int:edition>/", views.edition, name="edition"),
    path("reports/<int:edition>/send/", views.send, name="send"),
    path("reports/<int:edition>/back/", views.send_back, name="send_back"),
    path("reports/<int:edition>/file/", views.file, name="file"),
    path("reports/<int:edition>/numbers/<int:number>/", views.behind, name="behind"),
    path("reports/forms/", views.forms_asked, name="forms"),
    path("reports/forms/new/", views.take_in, name="take_in"),
    path("reports/forms/<int:form>/", views.form, name="form"),
    path("reports/forms/<int:form>/end/", views.end, name="end"),
]
