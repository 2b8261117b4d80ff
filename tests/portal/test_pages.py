"""The public frame: front page, search, large letters, QR codes."""

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import FileSystemStorage
from django.urls import reverse

from accounts.services import create_person, create_user

pytestmark = pytest.mark.django_db


def test_the_front_page_is_open_to_everybody(client):
    answer = client.get("/")
    words = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="zh-CN"' in words
    assert "一条需求，六步立项" in words
    assert 'href="#main"' in words


def test_the_front_page_asks_few_questions(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        client.get("/")


def test_the_page_one_is_on_is_marked_in_the_navigation(client):
    assert '<a href="/" aria-current="page">首页</a>' in client.get("/").content.decode()
    words = client.get(reverse("communities:needs")).content.decode()
    assert '<a href="/needs/" aria-current="page">需求</a>' in words


def test_a_visitor_is_led_to_the_sign_in_and_a_user_to_the_account(client, now):
    assert f'href="{reverse("accounts:sign_in")}"' in client.get("/").content.decode()
    person = create_person(name="李四", actor=None, now=now)
    client.force_login(
        create_user(
            username="li4", password="correct-horse-battery", person=person, actor=None, now=now
        )
    )
    words = client.get("/").content.decode()
    assert f'href="{reverse("accounts:home")}"' in words
    assert f'action="{reverse("accounts:sign_out")}"' in words


def test_the_demo_says_so_on_every_page(client, settings):
    settings.DEMO = True
    assert "演示系统" in client.get("/").content.decode()
    settings.DEMO = False
    assert "演示系统" not in client.get("/").content.decode()


def test_an_unknown_community_shows_the_whole_district(client):
    answer = client.get("/", {"community": "no-such"})
    assert answer.status_code == 200
    assert answer.cookies["community"].value == ""


def test_large_letters_are_remembered_and_lead_back(client):
    answer = client.post(reverse("portal:care_mode"), {"on": "1", "next": "/find/?q=x"})
    assert answer.status_code == 302
    assert answer["Location"] == "/find/?q=x"
    assert '<html lang="zh-CN" class="care">' in client.get("/").content.decode()
    client.post(reverse("portal:care_mode"), {"on": "0"})
    assert 'class="care"' not in client.get("/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:1"])
def test_the_switch_leads_nowhere_else(client, elsewhere):
    answer = client.post(reverse("portal:care_mode"), {"on": "1", "next": elsewhere})
    assert answer["Location"] == "/"


def test_the_switch_is_no_link(client):
    assert client.get(reverse("portal:care_mode")).status_code == 405


def test_a_qr_code_leads_to_this_site(client):
    answer = client.get(reverse("portal:qr"), {"path": "/needs/"})
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg")


@pytest.mark.parametrize(
    "path", ["", "https://evil.example", "//evil.example", "/\\evil.example", "/" + "x" * 500]
)
def test_a_qr_code_to_elsewhere_is_refused(client, path):
    assert client.get(reverse("portal:qr"), {"path": path}).status_code == 400


def test_a_search_without_result_says_what_to_do(client):
    words = client.get(reverse("portal:lookup"), {"q": "没有这个编号"}).content.decode()
    assert "没有找到" in words


def test_the_gallery_is_shown_in_demo_mode_only(client, settings):
    settings.DEMO = False
    assert client.get(reverse("portal:gallery")).status_code == 404
    settings.DEMO = True
    assert client.get(reverse("portal:gallery")).status_code == 200


def test_every_static_file_names_only_files_that_exist(tmp_path, settings):
    """Manifest storage refuses a style sheet or script that names a missing file or map."""
    folder = settings.STATICFILES_DIRS[0]
    storage = ManifestStaticFilesStorage(location=tmp_path, base_url="/static/")
    source = FileSystemStorage(location=folder)
    paths = {
        str(path.relative_to(folder)): (source, str(path.relative_to(folder)))
        for path in folder.rglob("*")
        if path.is_file()
    }
    for name in paths:
        with source.open(name) as file:
            storage.save(name, file)
    for name, _hashed, outcome in storage.post_process(paths):
        assert not isinstance(outcome, Exception), f"{name}: {outcome}"
