"""The addresses of the people storey, all at the workbench."""

from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("people/", views.find, name="find"),
    path("people/<int:person>/", views.person, name="person"),
    path("people/<int:person>/card/", views.open_card, name="card"),
    path("people/<int:person>/fact/", views.change_fact, name="fact"),
    path("people/<int:person>/confirm/", views.confirm, name="confirm"),
    path("people/<int:person>/kin/", views.note_kin, name="kin"),
    path("people/<int:person>/move/", views.move, name="move"),
    path("people/<int:person>/end/", views.end, name="end"),
    path("people/<int:person>/same/<int:other>/", views.same, name="same"),
    path("people/merges/<int:merge>/undo/", views.undo_merge, name="undo_merge"),
]
