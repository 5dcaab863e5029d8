"""The addresses of hats, shared desks and tokens at the door, and of offices at the workbench."""

from django.urls import include, path

from .views import door, offices, residents, tokens

desk = [
    path("offices/", offices.offices, name="offices"),
    path("offices/found/", offices.found, name="found"),
    path("offices/posts/", offices.posts, name="posts"),
    path("offices/<int:party>/", offices.office, name="office"),
    path("offices/<int:party>/do/<str:act>/", offices.act, name="act"),
    path("people/<int:person>/password/", residents.resident, name="resident"),
]
urlpatterns = [
    path("account/hat/", door.switch_hat, name="switch_hat"),
    path("account/desk/", door.switch_user, name="switch_user"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/<int:pk>/end/", tokens.revoke_token, name="revoke_token"),
    path("", include((desk, "parties"))),
]
