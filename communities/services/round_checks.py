"""What a round of questionnaires must say before it is written; all faults are told at once."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities import rules
from communities.categories import CATEGORIES
from communities.models import RoundMethod
from communities.services.need_checks import cleaned
from core.masking import mask_free_text
from core.refusals import BadInput, Reason, refuse_if

MOST_TALLIES = 60
FIGURES = ("handed_out", "returned", "valid")


def checked_opening(*, title, method, opened_on, where, by_whom, handed_out, today):
    """The words of a new round, masked, as fields of the model. Raises BadInput."""
    # these two are public
    words = {
        "title": mask_free_text(_line(title)),
        "handed_out_where": mask_free_text(_line(where)),
    }
    longest = {"title": 80, "handed_out_where": 120, "handed_out_by": 80}
    labels = {
        "title": _("名称"),
        "handed_out_where": _("发放地点"),
        "handed_out_by": _("发放人或单位"),
    }
    reasons = [
        Reason("text_missing", format_lazy(_("请填写“{label}”。"), label=labels[name]), field=name)
        for name, text in words.items()
        if not text
    ]
    words["handed_out_by"] = _line(by_whom)
    reasons += [
        Reason(
            "text_too_long",
            format_lazy(_("“{label}”请写在{n}个字以内。"), label=labels[name], n=longest[name]),
            field=name,
        )
        for name, text in words.items()
        if len(text) > longest[name]
    ]
    if method not in RoundMethod.values:
        reasons.append(Reason("method_unknown", _("请选择问需方式。"), field="method"))
    if opened_on > today:
        reasons.append(
            Reason("opened_later", _("开始日期不能晚于今天。"),
                   remedy=_("请在开始发放问需表的当天或之后登记。"), field="opened_on")
        )  # fmt: skip
    reasons += _count_reasons(handed_out=handed_out)
    refuse_if(reasons, BadInput)
    return words | {"method": method, "opened_on": opened_on, "handed_out": handed_out}


def checked_figures(*, handed_out, returned, valid, tallies):
    """(counts, tally lines) as they are stored: labels masked, the most named first.

    tallies: dicts with label, category, count. Counts are forms. Raises BadInput with every fault;
    the field of a line's fault is "tallies".
    """
    counts = {"handed_out": handed_out, "returned": returned, "valid": valid}
    reasons = _count_reasons(**counts)
    if not reasons and returned > handed_out:
        reasons.append(
            Reason("returned_over_handed_out",
                   format_lazy(_("收回{returned}份，多于发放的{out}份。"), returned=returned, out=handed_out),
                   rule=_("有效份数 ≤ 收回份数 ≤ 发放份数。"),
                   remedy=_("补发过的，请把补发份数计入发放份数。"), field="returned")
        )  # fmt: skip
    if not reasons and valid > returned:
        reasons.append(
            Reason("valid_over_returned",
                   format_lazy(_("有效{valid}份，多于收回的{returned}份。"), valid=valid, returned=returned),
                   rule=_("有效份数 ≤ 收回份数 ≤ 发放份数。"), remedy=_("请核对两个数。"), field="valid")
        )  # fmt: skip
    lines = [
        {
            "label": mask_free_text(_line(line["label"])),
            "category": line["category"],
            "count": line["count"],
        }
        for line in tallies
    ]
    reasons += _line_reasons(lines, valid)
    refuse_if(reasons, BadInput)
    return counts, sorted(lines, key=lambda line: (-line["count"], line["label"]))


def _line(text):
    return " ".join(cleaned(text).split())


def _count_reasons(**counts):
    return [
        Reason(
            "count_out_of_range",
            format_lazy(_("份数要在0到{n}之间。"), n=rules.MOST_QUESTIONNAIRES),
            field=name,
        )
        for name, count in counts.items()
        if not 0 <= count <= rules.MOST_QUESTIONNAIRES
    ]


def _line_reasons(lines, valid):
    if len(lines) > MOST_TALLIES:
        text = format_lazy(_("汇总最多{n}行。"), n=MOST_TALLIES)
        yield Reason("too_many_tallies", text, field="tallies")
    seen = set()
    for number, line in enumerate(lines, start=1):
        for code, text, remedy in _faults_of(line, valid, seen):
            yield Reason(
                code, format_lazy(_("汇总第{n}行：{text}"), n=number, text=text),
                remedy=remedy, field="tallies",
            )  # fmt: skip
        seen.add(line["label"])


def _faults_of(line, valid, seen):
    """(code, text, remedy) of each fault of one line of the summary."""
    if not 0 < len(line["label"]) <= 60:
        yield "tally_label_length", _("选项请用1到60个字。"), ""
    if line["label"] in seen:
        yield "tally_label_twice", _("这个选项已经有一行了。"), _("请把两行的份数合在一起。")
    if line["category"] not in CATEGORIES:
        yield "category_unknown", _("请选择类别。"), ""
    if line["count"] < 1:
        yield "tally_count_positive", _("份数至少是1。"), _("没有人填的选项不用列出。")
    elif line["count"] > valid:
        yield (
            "tally_over_valid",
            format_lazy(_("{count}份，多于有效的{valid}份。"), count=line["count"], valid=valid),
            _("一份问需表里同一选项只计一次。"),
        )
