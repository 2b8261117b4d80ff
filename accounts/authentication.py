"""API keys: `Authorization: Bearer mswss_…`. Never in an address, never with a session's powers."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.crypto import hash_token
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS

from accounts.models import ApiToken
from accounts.rules import TOKEN_PREFIX
from accounts.selectors import has_authenticator
from accounts.services import mark_token_used

# one answer for a wrong, old, revoked or orphaned key
DEAD = _("令牌无效、已过期或已撤销。")


class TokenAuthentication(BaseAuthentication):
    keyword = "Bearer"

    def authenticate_header(self, request):
        return self.keyword

    def authenticate(self, request):
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != self.keyword.lower().encode():
            return None
        if len(parts) != 2 or not parts[1].startswith(TOKEN_PREFIX.encode()):
            raise AuthenticationFailed(DEAD)
        try:
            words = parts[1].decode("ascii")
        except UnicodeDecodeError as error:
            raise AuthenticationFailed(DEAD) from error
        now = timezone.now()
        token = (
            ApiToken.objects.select_related("user__person")
            .filter(digest=hash_token(words), expiry__gt=now)
            .first()
        )
        if token is None or not token.user.is_active:
            raise AuthenticationFailed(DEAD)
        if token.user.needs_second_factor and not has_authenticator(token.user):
            raise AuthenticationFailed(DEAD)
        if request.method not in SAFE_METHODS and not token.may_write:
            raise PermissionDenied(_("这个令牌只能读取，不能写入。"))
        mark_token_used(token=token, now=now)
        return token.user, token


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer"}
