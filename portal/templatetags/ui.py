"""Tags of the page frame and of the components in templates/components."""

from django import forms, template
from django.conf import settings
from django.http import QueryDict
from django.utils.safestring import SafeString

from portal.navigation import SiteNav, address, main_items

register = template.Library()

CHECKS = (forms.CheckboxInput,)
CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)
MESSAGES = {10: "info", 20: "info", 25: "ok", 30: "warn", 40: "stop"}


@register.simple_tag(takes_context=True)
def site_nav(context) -> SiteNav:
    request = context.get("request")
    user = context.get("user")
    signed_in = bool(user and user.is_authenticated)
    staff = signed_in and user.is_staff
    return SiteNav(
        items=main_items(request.path if request else "", signed_in=signed_in),
        search_url=address("portal:lookup"),
        care_url=address("portal:care_mode"),
        gallery_url=address("portal:gallery") if staff or settings.DEMO else "",
        check_url=address("deliberation:ledger_check"),
        sign_out_url=address("accounts:sign_out"),
        account_url=address("accounts:home"),
        is_demo=settings.DEMO,
    )


@register.filter
def field_kind(field) -> str:
    """How field.html lays a bound field out: check, choices, file or plain."""
    widget = field.field.widget
    if isinstance(widget, CHOICES):
        return "choices"
    if isinstance(widget, CHECKS):
        return "check"
    return "plain"


@register.simple_tag
def control(field, help="") -> SafeString:
    """The bound field's widget with the classes of its kind; Django adds the aria attributes.

    `help` is the text shown beside it when it is not the field's own.
    """
    widget = field.field.widget
    kind = field_kind(field)
    attrs = {}
    if kind != "choices":  # Django repeats their class on the box around them
        look = "form-check-input" if kind == "check" else "form-control"
        if isinstance(widget, forms.Select):
            look = "form-select"
        classes = [look, widget.attrs.get("class", ""), "is-invalid" if field.errors else ""]
        attrs["class"] = " ".join(name for name in classes if name)
        if help and not field.help_text and field.auto_id:
            errors = [f"{field.auto_id}_error"] if field.errors else []
            attrs["aria-describedby"] = " ".join([f"{field.auto_id}_helptext", *errors])
    return field.as_widget(attrs=attrs)


@register.filter
def note_kind(message) -> str:
    """The look of a flash message by its level."""
    return MESSAGES.get(message.level, "info")


@register.filter
def pages_around(page) -> list[int | None]:
    """Page numbers to show, None where some are left out."""
    return [
        number if isinstance(number, int) else None
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]


@register.simple_tag
def page_link(query, number: int) -> str:
    """`?…&page=n`, keeping the rest of the query string."""
    words = query.copy() if query else QueryDict(mutable=True)
    words["page"] = number
    return f"?{words.urlencode()}"
