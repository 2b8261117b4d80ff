"""What the front page and the search tell about projects and notices."""

from django.urls import reverse

from deliberation.choices import State


def test_notices_and_projects_stand_on_the_front_page(client, walk):
    done = walk(title="长者食堂助餐").to(State.PUBLICISED)
    words = client.get("/").content.decode()
    notice = done.matter.notices.get()
    assert f'href="{reverse("deliberation:notice", args=[notice.pk])}"' in words
    assert f'href="{reverse("deliberation:proposal", args=[done.matter.pk])}"' in words


def test_a_draft_is_found_neither_on_the_front_page_nor_by_search(client, walk):
    walk(title="还没申报的事").draft()
    assert "还没申报的事" not in client.get("/").content.decode()
    found = client.get(reverse("portal:lookup"), {"q": "还没申报"}).content.decode()
    assert "没有找到" in found


def test_the_number_of_a_project_leads_to_its_page(client, walk):
    done = walk().to(State.DECLARED)
    for number in (done.matter.proposal.number, done.matter.proposal.number.lower()):
        answer = client.get(reverse("portal:lookup"), {"q": number})
        assert answer["Location"] == reverse("deliberation:proposal", args=[done.matter.pk])
