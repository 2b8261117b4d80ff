"""The page of one act: who may, what is typed, one service call, every refusal in words.

GET shows the form, or why it is closed (403 or 409). POST calls exactly one service with the
page's own `now`; when the service refuses, the form comes back with everything that was typed.
A grave act with something to type is shown once more before it is done; a grave act without
fields is its own confirmation page.

The page of a matter's act is named `deliberation:<act key>` and takes the matter's pk: then the
buttons of the proposal's page and of the desk find it (deliberation.present.act_href).
"""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from core.forms import YuanField, add_refusal
from core.money import format_yuan_grouped
from core.refusals import Conflict, NotAllowed, Refused
from deliberation import permissions, selectors
from deliberation.acts import ACTS

# names a page adds to its own form; never carried over as typed values
OWN_NAMES = {"csrfmiddlewaretoken", "confirmed", "back"}


class NoFields(forms.Form):
    """For acts that need nothing but the decision."""


class ServicePage(View):
    """A page that asks for input and calls one service. Subclasses say about what and which."""

    http_method_names = ["get", "head", "post"]
    template_name = "deliberation/act.html"
    confirm_template = "deliberation/act_confirm.html"
    form_class = NoFields
    title = ""
    label = ""  # words of the button; the title when empty
    help = ""
    done = _("已办理，并记入台账。")
    is_grave = False
    is_danger = False

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        self.user = request.user
        self.actor = request.user if request.user.is_authenticated else None

    def dispatch(self, request, *args, **kwargs):
        self.load(**kwargs)
        return super().dispatch(request, *args, **kwargs)

    # what a page says of itself ---------------------------------------------------------------

    def load(self, **kwargs):
        """Find what the page is about and keep it on self; NotFound when it may not be known."""

    def may_refusal(self):
        """The Refused for a person who may never do this, or None."""

    def can_refusal(self):
        """The Refused that holds before anything is typed, or None."""

    def initial(self):
        """First values of the form."""
        return {}

    def form_kwargs(self):
        """More arguments of the form's class (choices…)."""
        return {}

    def perform(self, fields):
        """Call the one service with the cleaned fields; what it returns goes to done_url."""
        raise NotImplementedError

    def done_url(self, result):
        return self.back_url()

    def back_url(self):
        raise NotImplementedError

    def trail(self):
        """Bread crumbs: list of {label, href}."""
        return [{"label": self.title}]

    def extra(self):
        """More context of the template."""
        return {}

    def summary(self, form):
        """What the confirmation step repeats: (label, value) pairs."""
        return summary_of(form)

    # the doors --------------------------------------------------------------------------------

    def get(self, request, *args, **kwargs):
        refusal = self.may_refusal() or self.can_refusal()
        if refusal is not None:
            return self.refused(refusal)
        return self.show(self.make_form())

    def post(self, request, *args, **kwargs):
        refusal = self.may_refusal()
        if refusal is not None:
            return self.refused(refusal)
        form = self.make_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, status=400)
        if "back" in request.POST:
            return self.show(form)
        if self.asks_again(form) and "confirmed" not in request.POST:
            return self.show_again(form)
        try:
            result = self.perform(form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
            return self.show(form, status=refused.status, reasons=refused.reasons)
        messages.success(request, self.done)
        return redirect(self.done_url(result))

    def asks_again(self, form):
        return self.is_grave and any(not field.is_hidden for field in form)

    def make_form(self, data=None, files=None):
        return self.form_class(data, files, initial=self.initial(), **self.form_kwargs())

    # the pages --------------------------------------------------------------------------------

    def show(self, form, *, status=200, reasons=()):
        context = {"form": form, "reasons": placed(reasons, form), **self.words(), **self.extra()}
        return render(self.request, self.template_name, context, status=status)

    def show_again(self, form):
        carried = [
            (name, value)
            for name, values in self.request.POST.lists()
            if name not in OWN_NAMES
            for value in values
        ]
        context = {"summary": self.summary(form), "carried": carried, **self.words()}
        return render(self.request, self.confirm_template, context | self.extra())

    def refused(self, refusal):
        context = {"refusal": refusal, **self.words()}
        return render(self.request, "deliberation/act_refused.html", context, status=refusal.status)

    def words(self):
        return {
            "title": self.title,
            "label": self.label or self.title,
            "help": self.help,
            "is_grave": self.is_grave,
            "is_danger": self.is_danger,
            "back_url": self.back_url(),
            "trail": self.trail(),
        }


class ActPage(ServicePage):
    """The page of one act of the table on one matter. A subclass names `key`, form and service."""

    key = ""

    def load(self, pk):
        self.act = ACTS[self.key]
        self.matter = selectors.matter_for(self.user, pk, self.today)
        self.title = self.title or self.act.label
        self.help = self.help or self.act.help
        self.is_grave = self.is_grave or self.act.is_grave

    def may_refusal(self):
        reasons = permissions.may_reasons(self.act, self.user, self.matter, self.today)
        return NotAllowed(*reasons) if reasons else None

    def can_refusal(self):
        reasons = selectors.act_reasons(self.act, self.user, self.matter, self.now)
        return Conflict(*reasons) if reasons else None

    def back_url(self):
        return reverse("deliberation:proposal", args=[self.matter.pk])

    def trail(self):
        return [
            {"label": _("项目"), "href": reverse("deliberation:proposals")},
            {"label": self.matter.proposal.label, "href": self.back_url()},
            {"label": self.title},
        ]

    def words(self):
        return super().words() | {"matter": self.matter, "act": self.act}


def placed(reasons, form):
    """Reasons with the address of what they are about, for the summary above a form.

    A form names the places of what is not a field in `anchors`, e.g. {"lines": "#lines"}.
    """
    anchors = getattr(form, "anchors", {})
    rows = []
    for reason in reasons:
        href = anchors.get(reason.field, "")
        if reason.field in form.fields:
            bound = form[reason.field]
            href = f"#{bound.id_for_label or bound.auto_id}"
        rows.append(reason.as_dict() | {"href": href})
    return rows


def summary_of(form):
    """What was typed, in words: (label, value) of every visible field with a value."""
    rows = []
    for bound in form:
        value = form.cleaned_data.get(bound.name)
        if not bound.is_hidden and value not in (None, "", [], ()):
            rows.append((bound.label, value_in_words(bound.field, value)))
    return rows


def value_in_words(field, value):
    """A cleaned value as people read it."""
    if isinstance(field, YuanField):
        return f"{format_yuan_grouped(value)} {_('元')}"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if hasattr(field, "choices"):
        words = {str(key): str(label) for key, label in _flat(field.choices)}
        values = value if isinstance(value, list | tuple | set) else [value]
        return "、".join(words.get(str(one), str(one)) for one in values)
    return value


def _flat(choices):
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label
