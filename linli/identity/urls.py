"""The addresses of the door: only those of the library that are needed, and no signing up."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from . import views

urlpatterns = [
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/again/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/set/", account.password_set, name="account_set_password"),
    path("account/keys/", mfa.index, name="mfa_index"),
    path("account/keys/code/", mfa.authenticate, name="mfa_authenticate"),
    path("account/keys/code/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/keys/generator/", totp.activate_totp, name="mfa_activate_totp"),
    path(
        "account/keys/generator/away/",
        views.forgetting_factors(totp.deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    path("account/keys/recovery/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/keys/recovery/new/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("account/keys/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("account/keys/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("account/keys/passkeys/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path(
        "account/keys/passkeys/again/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "account/keys/passkeys/<int:pk>/away/",
        views.forgetting_factors(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path("account/sessions/", views.sessions, name="sessions"),
    path("account/sessions/<int:pk>/end/", views.end_session, name="end_session"),
]
