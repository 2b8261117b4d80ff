import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import loader
from django.test import Client, RequestFactory

from core import access, pages
from core.refusals import Conflict, Reason
from tests.core import doors


@pytest.fixture(autouse=True)
def _own_addresses(settings, db):
    settings.ROOT_URLCONF = "tests.core.doors"
    settings.ACCESS_RULES = "tests.core.doors.RULES"


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


# --- pages of refusal ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "status", "words"),
    [
        ("conflict", 409, "超过上限"),
        ("forbidden", 403, "您没有办理这一步的权限"),
        ("missing", 404, "没有找到"),
        ("bad", 400, "填写的内容需要更正"),
        ("fsm", 409, "当前状态不允许"),
        ("integrity", 409, "与已有的记录冲突"),
        ("locked", 409, "正在被其他人办理"),
        ("http404", 404, "没有这个页面"),
        ("denied", 403, "没有打开这个页面的权限"),
        ("odd", 400, "有误"),
        ("bug", 500, "系统出错了"),
        ("gone", 500, "系统出错了"),
    ],
)
def test_every_refusal_is_a_page_with_words(client, what, status, words):
    response = client.get(f"/raise/{what}/")
    html = response.content.decode()
    assert response.status_code == status
    assert words in html
    assert 'lang="zh-CN"' in html
    assert 'href="/"' in html


def test_a_refusal_page_shows_rule_and_remedy(client):
    html = client.get("/raise/conflict/").content.decode()
    assert "操作指引 2.0" in html
    assert "请拆分" in html
    assert "已过期" in html


def test_unknown_addresses_are_friendly(client):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "没有这个页面" in response.content.decode()


def test_what_a_reason_says_is_escaped():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    refusal = Conflict(Reason("x", "<script>1</script>", remedy="<b>"))
    for html in (pages.refused(request, refusal).content, pages._plain("<i>", refusal.reasons)):
        assert b"<script>1" not in html if isinstance(html, bytes) else "<script>1" not in html


def test_an_error_page_stands_even_when_the_frame_falls(client, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("no database")

    monkeypatch.setattr(pages, "render_to_string", broken)
    for what, status in (("bug", 500), ("conflict", 409)):
        response = client.get(f"/raise/{what}/")
        assert response.status_code == status
        assert "回到首页" in response.content.decode()


def test_an_error_page_needs_no_template(client, monkeypatch):
    def missing(*args, **kwargs):
        raise loader.TemplateDoesNotExist("x")

    monkeypatch.setattr(pages, "render_to_string", missing)
    assert client.get("/raise/bad/").status_code == 400


def test_an_expired_form_says_what_to_do():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/form/")
    assert response.status_code == 403
    assert "刷新后重新提交" in response.content.decode()


# --- the outer door -----------------------------------------------------------------------------


@pytest.fixture
def officer(clerk, settings):
    """Works for an office; a demonstration account, so that no second factor is due."""
    settings.DEMO = True
    clerk.is_office_user = clerk.is_demo = True
    clerk.save()
    return clerk


@pytest.mark.parametrize("path", ["/mine/", "/desk/", "/office/"])
def test_visitors_are_asked_to_sign_in_and_come_back(client, path):
    response = client.get(f"{path}?a=1")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/sign-in/?next=")
    assert "a%3D1" in response["Location"]


def test_a_post_of_a_visitor_is_not_repeated_after_signing_in(client):
    assert client.post("/desk/")["Location"] == "/account/sign-in/"


def test_a_fragment_sends_the_whole_window_to_sign_in(client):
    response = client.get("/desk/", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (401, "/account/sign-in/")


@pytest.mark.parametrize("path", ["/forgotten/", "/accounts-are-not/"])
def test_a_view_without_rule_is_opened_by_nobody(client, officer, path):
    officer.is_superuser = officer.is_staff = True
    officer.save()
    client.force_login(officer)
    assert client.get(path).status_code in (403, 404)


def test_a_view_without_rule_is_closed_to_visitors(client):
    assert client.get("/forgotten/").status_code == 403


@pytest.mark.parametrize(
    ("path", "resident", "staff", "admin"),
    [
        ("/ok/", 200, 200, 200),
        ("/mine/", 200, 200, 200),
        ("/desk/", 403, 200, 200),
        ("/office/", 403, 403, 200),
        ("/office/unnamed/", 403, 403, 200),
    ],
)
def test_each_rule_admits_its_people(client, clerk, settings, path, resident, staff, admin):
    client.force_login(clerk)
    assert client.get(path).status_code == resident
    settings.DEMO = True
    clerk.is_demo = clerk.is_office_user = True
    clerk.save()
    assert client.get(path).status_code == staff
    clerk.is_staff = True
    clerk.save()
    assert client.get(path).status_code == admin


def test_a_due_second_factor_closes_staff_rules(officer, settings):
    settings.DEMO = False
    officer.is_verified = lambda: False
    assert not access.may_open(officer, "staff")
    assert access.may_open(officer, "signed_in")
    officer.is_verified = lambda: True
    assert access.may_open(officer, "staff")
    assert not access.may_open(officer, "admin")


def test_a_demo_account_needs_it_where_the_site_is_no_demonstration(officer, settings):
    settings.DEMO = False
    assert not access.may_open(officer, "staff")


def test_a_disabled_account_opens_nothing(officer):
    officer.is_active = False
    assert not access.may_open(officer, "signed_in")
    assert not access.may_open(officer, "unheard_of")
    assert access.may_open(AnonymousUser(), "public")


def test_forgotten_views_can_be_listed():
    assert access.views_without_rule() == ["forgotten"]


def test_a_table_with_an_unknown_rule_is_refused(settings, monkeypatch):
    monkeypatch.setattr(doors, "WRONG", {"ok": "everybody"}, raising=False)
    settings.ACCESS_RULES = "tests.core.doors.WRONG"
    with pytest.raises(ValueError, match="everybody"):
        access.rule_for("ok")


# --- caches -------------------------------------------------------------------------------------


def test_what_signed_in_people_see_is_not_kept(client, clerk):
    client.force_login(clerk)
    assert "no-store" in client.get("/mine/")["Cache-Control"]
    assert "no-store" in client.get("/raise/conflict/")["Cache-Control"]


def test_public_pages_may_be_kept_for_visitors(client):
    assert "no-store" not in client.get("/ok/").get("Cache-Control", "")
