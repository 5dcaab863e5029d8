"""The addresses of the people storey, all at the workbench."""

from django.urls import path

from .views import arriving, register, requests

app_name = "people"
urlpatterns = [
    path("people/", register.find, name="find"),
    path("people/new/", arriving.new, name="new"),
    path("people/<int:person>/", register.person, name="person"),
    path("data-requests/", requests.requests, name="requests"),
    path("data-requests/<int:request_id>/", requests.one, name="request"),
    path("data-requests/<int:request_id>/decide/", requests.decide, name="request_decide"),
    path("people/<int:person>/ask/", register.ask_right, name="ask"),
    path("people/<int:person>/admit/", arriving.admit, name="admit"),
    path("people/<int:person>/card/", register.open_card, name="card"),
    path("people/<int:person>/fact/", register.change_fact, name="fact"),
    path("people/<int:person>/confirm/", register.confirm, name="confirm"),
    path("people/<int:person>/kin/", register.note_kin, name="kin"),
    path("people/<int:person>/move/", register.move, name="move"),
    path("people/<int:person>/end/", register.end, name="end"),
    path("people/<int:person>/same/<int:other>/", register.same, name="same"),
    path("people/merges/<int:merge>/undo/", register.undo_merge, name="undo_merge"),
]
