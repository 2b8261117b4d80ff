"""Keeping one's own account: overview, password, sessions, API tokens."""

from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors, services
from accounts.forms import ChangePasswordForm, TokenForm, show_reasons
from accounts.sessions import second_factor_passed
from core.refusals import Refused


@never_cache
@require_safe
def home(request):
    return render(
        request,
        "accounts/home.html",
        {
            "has_authenticator": selectors.has_authenticator(request.user),
            "codes_left": selectors.recovery_codes_left(request.user),
            "session_count": selectors.sessions_of(request.user).count(),
            "token_count": selectors.tokens_of(request.user).count(),
        },
    )


@sensitive_post_parameters("old_password", "new_password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request):
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        old = form.cleaned_data["old_password"]
        # through the backends, so that guessing here waits like guessing at the front door
        known = authenticate(request, username=request.user.username, password=old)
        if known is None:
            form.add_error("old_password", _("原密码不正确。"))
        else:
            try:
                user = services.change_password(
                    user=request.user,
                    old_password=old,
                    new_password=form.cleaned_data["new_password"],
                    actor=request.user,
                    now=timezone.now(),
                    keep_session=request.session.session_key,
                )
            except Refused as refused:
                show_reasons(form, refused)
            else:
                _keep_this_session(request, user)
                messages.success(request, _("密码已更改，其他登录已全部退出。"))
                return redirect("accounts:home")
    return render(request, "accounts/password.html", {"form": form})


def _keep_this_session(request, user):
    """The key changes with the password; the row of the session follows."""
    old_key = request.session.session_key
    update_session_auth_hash(request, user)
    services.move_session(old_key=old_key, new_key=request.session.session_key)


@never_cache
@require_safe
def sessions(request):
    return render(
        request,
        "accounts/sessions.html",
        {
            "sessions": selectors.sessions_of(request.user),
            "current_key": request.session.session_key,
        },
    )


@never_cache
@require_POST
def end_others(request):
    count = services.end_other_sessions(
        user=request.user,
        keep_session=request.session.session_key,
        actor=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("已退出其他 %(n)d 处登录。") % {"n": count})
    return redirect("accounts:sessions")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request):
    form = TokenForm(request.POST or None)
    words, now = "", timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            _token, words = services.issue_token(
                user=request.user,
                **form.cleaned_data,
                verified=second_factor_passed(request),
                actor=request.user,
                now=now,
            )
        except Refused as refused:
            show_reasons(form, refused)
        else:
            form = TokenForm()
    return render(
        request,
        "accounts/tokens.html",
        {
            "form": form,
            # in this answer only: nobody can show it again
            "words": words,
            "tokens": selectors.tokens_of(request.user),
            "now": now,
            "may_mint": second_factor_passed(request),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_revoke(request, key):
    token = get_object_or_404(selectors.tokens_of(request.user), token_key=key)
    if request.method == "POST":
        services.revoke_token(
            user=request.user, token_key=key, actor=request.user, now=timezone.now()
        )
        messages.success(request, _("令牌已撤销，使用它的程序即刻不能再访问。"))
        return redirect("accounts:tokens")
    return render(request, "accounts/token_revoke.html", {"token": token})
