"""The search page: a number leads to its page, anything else finds needs and projects."""

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal import search, selectors
from portal.search_filters import FIXED, NEED, PROPOSAL
from portal.search_grammar import MAX_LETTERS, read

ALL = ("", _("全部"))
FIRST_YEAR = 2015
# What the empty page and the help teach: (what to type, what it does).
LESSONS = (
    ("路灯 不亮", _("两个词都要有")),
    ("“楼梯间路灯”", _("引号里的字要连在一起")),
    ("路灯 -物业", _("不要含“物业”的")),
    ("#00012", _("编号里含这几位的需求或项目；写完整编号直接打开")),
    ("街道:翠竹 路灯", _("只看翠竹街道")),
    ("社区:东门 状态:开放", _("东门社区还没办的需求")),
    ("类别:安全 年:2017", _("2017年安全类的")),
    ("类型:工程 状态:已立项", _("已经立项的工程")),
)


class SearchFilter(forms.Form):
    """What is chosen from lists instead of typed."""

    street = forms.ChoiceField(label=_("街道"), required=False)
    community = forms.ChoiceField(label=_("社区"), required=False)
    status = forms.ChoiceField(label=_("状态"), required=False)
    category = forms.ChoiceField(label=_("类别"), required=False, choices=[ALL, *FIXED["category"]])
    type = forms.ChoiceField(label=_("类型"), required=False, choices=[ALL, *FIXED["type"]])
    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value="")

    def __init__(self, *args, communities, this_year, **kwargs):
        super().__init__(*args, **kwargs)
        streets, groups = {}, {}
        for community in communities:
            streets[community.street.code] = community.street.name
            groups.setdefault(community.street.name, []).append((community.code, community.name))
        self.fields["street"].choices = [ALL, *streets.items()]
        self.fields["community"].choices = [ALL, *groups.items()]
        of_kind = {
            kind: [one for one in FIXED["status"] if one[0].startswith(f"{kind}.")]
            for kind in search.KINDS
        }
        self.fields["status"].choices = [
            ALL, (_("需求"), of_kind[NEED]), (_("项目"), of_kind[PROPOSAL]),
        ]  # fmt: skip
        years = range(this_year, FIRST_YEAR - 1, -1)
        self.fields["year"].choices = [ALL, *((year, str(year)) for year in years)]


@require_safe
def lookup(request):
    """A number typed or scanned leads to its page; anything else is searched for."""
    typed = request.GET.get("q", "")
    if (number := _number_in(typed)) and (address := selectors.address_of_number(number)):
        return redirect(address)
    today = timezone.localdate()
    vocabulary = search.Vocabulary()
    form = SearchFilter(request.GET, communities=vocabulary.communities, this_year=today.year)
    form.is_valid()
    found = search.find(
        typed, user=request.user, on=today, chosen=form.cleaned_data, vocabulary=vocabulary
    )
    kind = request.GET.get("kind")
    kind = kind if kind in search.KINDS else found.best_kind()
    page = Paginator(found.keys(kind), search.PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "portal/lookup.html",
        {
            "found": found,
            "form": form,
            "page": page,
            "rows": search.rows(kind, page.object_list, found.marks),
            "kind": kind,
            "tabs": [_tab(request, found, one, one == kind) for one in search.KINDS],
            "chips": [chip for key in form.cleaned_data if (chip := _without(request, key, form))],
            "lessons": LESSONS,
            "longest": MAX_LETTERS,
        },
    )


def _number_in(typed):
    """What may be a whole number: alone, with # or without, also with blanks inside."""
    query = read(typed)
    has_digit = any(letter.isdigit() for letter in query.text)
    return query.whole_number or (query.text[:60] if has_digit else "")


def _tab(request, found, kind, is_current):
    words = request.GET.copy()
    words.pop("page", None)
    words["kind"] = kind
    return {
        "label": search.KINDS[kind], "count": found.count_label(kind),
        "href": f"?{words.urlencode()}", "is_current": is_current,
    }  # fmt: skip


def _without(request, key, form):
    """The link that takes a chosen filter off; None when nothing was chosen."""
    if not form.cleaned_data[key]:
        return None
    words = request.GET.copy()
    for name in (key, "page"):
        words.pop(name, None)
    labels = dict(_flat(form.fields[key].choices))
    return {
        "label": form.fields[key].label, "value": labels.get(form.cleaned_data[key], ""),
        "href": f"?{words.urlencode()}",
    }  # fmt: skip


def _flat(choices):
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label
