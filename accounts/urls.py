from django.urls import path

from accounts.api import MeView
from accounts.views import account, second_factor, sign_in

app_name = "accounts"

urlpatterns = [
    path("account/", account.home, name="home"),
    path("account/sign-in/", sign_in.sign_in, name="sign_in"),
    path("account/sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/reset/<str:words>/", sign_in.reset, name="reset"),
    path("account/verify/", second_factor.verify, name="verify"),
    path("account/second-factor/", second_factor.set_up, name="set_up"),
    path("account/second-factor/qr.svg", second_factor.set_up_qr, name="set_up_qr"),
    path("account/recovery-codes/", second_factor.recovery_codes, name="recovery_codes"),
    path("account/password/", account.password, name="password"),
    path("account/sessions/", account.sessions, name="sessions"),
    path("account/sessions/end-others/", account.end_others, name="end_others"),
    path("account/tokens/", account.tokens, name="tokens"),
    path("account/tokens/<str:key>/revoke/", account.token_revoke, name="token_revoke"),
]

api_urlpatterns = [path("me/", MeView.as_view(), name="me")]
