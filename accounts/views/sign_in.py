"""Signing in, signing out, and the one-time link for a forgotten password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.forms import NewPasswordForm, SignInForm, show_reasons
from accounts.permissions import NOT_ADMINISTRATOR
from accounts.redirects import safe_next
from accounts.selectors import has_authenticator
from accounts.sessions import close_session, open_session, second_factor_due
from core.refusals import BadInput, NotAllowed


def place(name):
    """An address by its settings name; the home page while that page does not exist."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return "/"


def onward(request):
    """Where a fresh session goes: to the second factor if due, else where it wanted to go."""
    wanted = safe_next(request, place(settings.LOGIN_REDIRECT_URL))
    if not second_factor_due(request):
        return redirect(wanted)
    name = "accounts:verify" if has_authenticator(request.user) else "accounts:set_up"
    return redirect(f"{reverse(name)}?{urlencode({'next': wanted})}")


@sensitive_post_parameters("password")
@sensitive_variables("form")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request):
    now = timezone.now()
    if request.method != "POST":
        if request.user.is_authenticated:
            return onward(request)
        return _sign_in_page(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form)
    # the axes backend answers first: a waiting pair of account and address is not even tried
    user = authenticate(request, **form.cleaned_data)
    if user is None:
        # the same words for an unknown name, a wrong password and a disabled account
        form.add_error(None, _("登录名或密码不正确。请检查大小写和输入法后再试。"))
        return _sign_in_page(request, form)
    if request.user.is_authenticated:
        close_session(request, why="signed_in_again", now=now)
    open_session(request, user, now=now)
    return onward(request)


def _sign_in_page(request, form):
    return render(request, "accounts/sign_in.html", {"form": form, "next": safe_next(request, "")})


@never_cache
def admin_door(request, extra_context=None):
    """Django admin's own sign-in page, replaced: one door with one lock."""
    if request.user.is_authenticated:
        raise NotAllowed(NOT_ADMINISTRATOR)
    wanted = safe_next(request, reverse("admin:index"))
    return redirect(f"{reverse('accounts:sign_in')}?{urlencode({'next': wanted})}")


@require_POST
@never_cache
def sign_out(request):
    close_session(request, why="signed_out", now=timezone.now())
    messages.success(request, _("您已退出登录。"))
    return redirect(place(settings.LOGOUT_REDIRECT_URL))


@sensitive_post_parameters("new_password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request, words):
    """Opening the link changes nothing (chat programs open links too); only the form does."""
    now = timezone.now()
    services.find_reset_link(words=words, now=now)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_password_by_link(
                words=words, password=form.cleaned_data["new_password"], now=now
            )
        except BadInput as refused:
            show_reasons(form, refused)
        else:
            messages.success(request, _("密码已重设，请用新密码登录。"))
            return redirect("accounts:sign_in")
    response = render(request, "accounts/reset.html", {"form": form})
    # the link is a key: it must not travel on to other sites, not even to our own pages
    response["Referrer-Policy"] = "no-referrer"
    return response
