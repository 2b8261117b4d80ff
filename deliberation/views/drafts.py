"""Pages of the applicant: start, change, renew a proposal; its files."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.models import Need
from communities.selectors import estates_of
from core.refusals import Conflict, NotAllowed, NotFound, Reason
from deliberation import permissions, present_record, selectors
from deliberation.choices import State
from deliberation.forms.drafts import AttachmentForm, ContentForm, NewForm, capacities
from deliberation.present import attachments, eyes_of
from deliberation.services import drafting
from deliberation.views.base import ActPage, ServicePage
from projects.selectors import rule_set_in_force, typed_digest


class LinesPage:
    """What pages with budget lines share: a button that adds rows without scripts."""

    template_name = "deliberation/draft.html"

    def post(self, request, *args, **kwargs):
        if "more" not in request.POST:
            return super().post(request, *args, **kwargs)
        data = request.POST.copy()
        rows = data.get("lines-TOTAL_FORMS", "0")
        data["lines-TOTAL_FORMS"] = str(int(rows) + 5) if rows.isdecimal() else "5"
        form = self.make_form(data, request.FILES)
        form.is_valid()
        form.errors.clear()
        form.lines.forgive()
        return self.show(form)


class DraftPage(LinesPage, ServicePage):
    """Start a proposal. `?community=` and `?needs=` come from a need's page."""

    form_class = NewForm
    title = _("起草申报")
    label = _("存为草稿")
    help = _("先存草稿，不公开；居委会归档问需证据后，由您核对并正式申报。")
    done = _("草稿已保存。下一步由居委会归档问需证据。")
    based_on = None

    def load(self, **kwargs):
        self.capacities = capacities(self.user, self.today)
        self.rule_set = rule_set_in_force(self.today)
        numbers = self.request.GET.get("needs", "").split(",")[:20]
        rows = Need.objects.public().with_places().filter(number__in=numbers)
        self.needs = list(rows.order_by("pk"))

    def may_refusal(self):
        if self.capacities:
            return None
        return NotAllowed(
            Reason(
                "no_capacity",
                _("您还没有可以用来申报的身份。"),
                _("申报主体为本社区居民、居委会、社区工作站，或经办人所在的组织。"),
                _("请由居委会核实居民身份，或由组织登记经办人；想法可以先提为居民需求。"),
            )
        )

    def form_kwargs(self):
        homes = {community for _label, _kind, community, _body in self.capacities.values()}
        return {
            "rule_set": self.rule_set,
            "lines": [],
            "capacities": self.capacities,
            "estates": estates_of().filter(community__in=homes - {None}),
        }

    def initial(self):
        found = {"applicant": next(iter(self.capacities), None)}
        asked = self.request.GET.get("community", "")
        for key, (_label, _kind, community, organisation) in self.capacities.items():
            if asked.isdecimal() and community == int(asked):
                found["applicant"] = key
            if organisation and "community" not in found:
                found["community"] = community
        if asked.isdecimal():
            found["community"] = int(asked)
        if self.needs:
            found["summary"] = "\n".join(
                _("针对需求 %(number)s：%(content)s")
                % {"number": need.number, "content": need.content}
                for need in self.needs
            )
        return found

    def perform(self, fields):
        form = self.bound
        return drafting.start_draft(
            community_id=fields["community"] if "community" in fields else self.home(fields),
            content=form.content(),
            lines=form.lines.rows(),
            based_on_id=self.based_on.pk if self.based_on else None,
            actor=self.actor,
            now=self.now,
        )

    def home(self, fields):
        return self.capacities[fields["applicant"]][2]

    def make_form(self, data=None, files=None):
        self.bound = super().make_form(data, files)
        return self.bound

    def done_url(self, result):
        return reverse("deliberation:proposal", args=[result.pk])

    def back_url(self):
        return reverse("deliberation:proposals")

    def trail(self):
        return [{"label": _("项目"), "href": self.back_url()}, {"label": self.title}]

    def extra(self):
        return {"needs": self.needs, "rule_set": self.rule_set}


class RenewPage(DraftPage):
    """Declare a rejected proposal anew, changed, with a word on what changed."""

    title = _("修改后重新申报")
    help = _("未通过的项目作实质修改后可以重新申报，新项目保留与原项目的关联。")

    def load(self, pk):
        super().load()
        self.based_on = selectors.matter_for(self.user, pk, self.today)

    def may_refusal(self):
        if permissions.is_applicant_side(self.user, self.based_on, self.today):
            return None
        return NotAllowed(
            Reason("not_your_act", _("由原申报主体重新申报。"), "", _("请转告原申报主体。"))
        )

    def can_refusal(self):
        if self.based_on.state == State.REJECTED:
            return None
        return Conflict(
            Reason(
                "not_rejected",
                _("只有“不通过”的项目可以修改后重新申报。"),
                _("未通过的项目须作修改后方可重新申报。"),
                _("请直接起草新的申报。"),
            )
        )

    def form_kwargs(self):
        old = self.based_on.proposal
        return super().form_kwargs() | {"lines": lines_of(old), "is_renewal": True}

    def initial(self):
        old = self.based_on.proposal
        found = content_of(old) | {"positive_item": self.same_item(old), "change_note": ""}
        place = old.organisation_id or old.community_id
        found |= {"applicant": f"{old.applicant_kind}-{place}", "community": old.community_id}
        return found

    def same_item(self, old):
        """The entry of the same code in the list in force now."""
        if old.positive_item is None or self.rule_set is None:
            return None
        item = self.rule_set.positive_items.filter(code=old.positive_item.code).first()
        return item.pk if item else None

    def back_url(self):
        return reverse("deliberation:proposal", args=[self.based_on.pk])

    def extra(self):
        return super().extra() | {"earlier": self.based_on}


class EditPage(LinesPage, ActPage):
    """Change the content of a draft, or of what was returned."""

    key = "edit"
    form_class = ContentForm
    label = _("保存修改")
    done = _("修改已保存。")

    def load(self, pk):
        super().load(pk)
        self.proposal = self.matter.proposal
        self.rule_set = self.proposal.rule_set or rule_set_in_force(self.today)

    def form_kwargs(self):
        return {
            "rule_set": self.rule_set,
            "lines": lines_of(self.proposal),
            "is_renewal": self.proposal.based_on_id is not None,
            "estates": estates_of(self.proposal.community.code),
        }

    def initial(self):
        return content_of(self.proposal)

    def make_form(self, data=None, files=None):
        self.bound = super().make_form(data, files)
        return self.bound

    def perform(self, fields):
        return drafting.edit(
            matter_id=self.matter.pk,
            content=self.bound.content(),
            lines=self.bound.lines.rows(),
            seen=self.request.POST.get("seen", ""),
            actor=self.actor,
            now=self.now,
        )

    def extra(self):
        eyes = eyes_of(self.user, self.matter, self.today)
        is_returned = self.matter.state == State.RETURNED
        return {
            "rule_set": self.rule_set,
            "seen": typed_digest(self.proposal),
            "returned": self.matter.events.filter(to_state=State.RETURNED).order_by("-seq").first()
            if is_returned
            else None,
            "changes": present_record.since_last_version(self.proposal, eyes),
        }


class AttachmentsPage(ActPage):
    """The files of a proposal that may be edited: list, add."""

    key = "edit"
    title = _("申报材料")
    label = _("上传")
    help = _("申报书、预算明细、问需表、现场照片、组织资质等。退回补正时也可以增减。")
    done = _("材料已添加。")
    form_class = AttachmentForm
    template_name = "deliberation/attachments.html"

    def perform(self, fields):
        return drafting.attach(matter_id=self.matter.pk, **fields, actor=self.actor, now=self.now)

    def done_url(self, result):
        return reverse("deliberation:attachments", args=[self.matter.pk])

    def extra(self):
        eyes = eyes_of(self.user, self.matter, self.today)
        return {"attachments": attachments(self.matter.proposal, eyes)}


class DetachPage(ActPage):
    """Take a file off; asks first."""

    key = "edit"
    title = _("移除材料")
    label = _("移除")
    help = _("从申报材料中移除。已申报版次引用的文件仍保留备查。")
    done = _("材料已移除。")
    is_danger = True
    template_name = "deliberation/detach.html"

    def load(self, pk, attachment):
        super().load(pk)
        self.attachment = self.matter.proposal.attachments.filter(pk=attachment).first()

    def may_refusal(self):
        refusal = super().may_refusal()
        if refusal is None and self.attachment is None:
            return NotFound(Reason("attachment_unknown", _("没有这份材料。")))
        return refusal

    def perform(self, fields):
        return drafting.detach(
            matter_id=self.matter.pk,
            attachment_id=self.attachment.pk,
            actor=self.actor,
            now=self.now,
        )

    def back_url(self):
        return reverse("deliberation:attachments", args=[self.matter.pk])

    def extra(self):
        return {"attachment": self.attachment}


def content_of(proposal):
    """The stored content as first values of the form."""
    return {
        "title": proposal.title,
        "type": proposal.type,
        "positive_item": proposal.positive_item_id,
        "summary": proposal.summary,
        "estate_name": proposal.estate.name if proposal.estate else "",
        "site": proposal.site,
        "beneficiaries": [key for key in proposal.beneficiaries.split(",") if key],
        "partner": proposal.partner_id,
        "exclusions_declared": proposal.exclusions_declared,
        "exclusion_note": proposal.exclusion_note,
        "change_note": proposal.change_note,
    }


def lines_of(proposal):
    """The stored budget lines as first values of the formset."""
    return [
        {
            "name": line.name,
            "quantity": line.quantity,
            "unit": line.unit,
            "unit_price": line.unit_price_fen,
        }
        for line in proposal.line_items.order_by("position")
    ]
