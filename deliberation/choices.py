"""Stored values and their words that several files of this app share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a matter stands (domain.md §8.2). The first seven are the way, the rest side states."""

    DRAFT = "draft", _("起草中")
    SOLICITED = "solicited", _("已问需")
    DECLARED = "declared", _("已申报")
    REVIEWED = "reviewed", _("“两委”审核通过")
    RESOLVED = "resolved", _("议事会审议通过")
    PUBLICISED = "publicised", _("公示期满")
    ESTABLISHED = "established", _("已立项")
    RETURNED = "returned", _("退回补正")
    SURVEYING = "surveying", _("存疑勘查")
    DEFERRED = "deferred", _("流会待议")
    OBJECTED = "objected", _("异议处理中")
    REJECTED = "rejected", _("不通过")
    WITHDRAWN = "withdrawn", _("已撤回")


FINAL_STATES = (State.ESTABLISHED, State.REJECTED, State.WITHDRAWN)


class Step(models.TextChoices):
    """The six steps (审议环节). Labels shown to people come from the rule set; these are fallbacks."""

    SOLICITED = "solicited", _("动态问需")
    DECLARED = "declared", _("项目申报")
    REVIEWED = "reviewed", _("“两委”审核")
    RESOLVED = "resolved", _("居民议事会审议")
    PUBLICISED = "publicised", _("决议公示")
    ESTABLISHED = "established", _("街道审定立项")


class Opinion(models.TextChoices):
    """A gatekeeping department's answer to one question (可行性 / 合法性)."""

    YES = "yes", _("是")
    NO = "no", _("否")
    DOUBT = "doubt", _("存疑")


class Capacity(models.TextChoices):
    """In which capacity a person signs the joint review; one person may hold both (domain §1.5)."""

    PARTY = "party", _("社区党委")
    COMMITTEE = "committee", _("居委会")


class Fit(models.TextChoices):
    """契合度: how well the proposal answers the needs of the pool."""

    FITS = "fits", _("契合")
    PARTLY = "partly", _("部分契合")
    UNFIT = "unfit", _("不契合")


class Conclusion(models.TextChoices):
    """What a joint review concludes."""

    PASS = "pass", _("通过")
    RETURN = "return", _("退回补正")
    REJECT = "reject", _("不通过")


class MeetingState(models.TextChoices):
    ANNOUNCED = "announced", _("已公告")
    OPEN = "open", _("进行中")
    CLOSED = "closed", _("已结束")
    ADJOURNED = "adjourned", _("流会")
    CANCELLED = "cancelled", _("已取消")


class Purpose(models.TextChoices):
    """What an agenda item asks the council."""

    ESTABLISH = "establish", _("审议立项")
    WITHDRAW = "withdraw", _("同意撤回")


class VoteMethod(models.TextChoices):
    HANDS_TALLY = "hands", _("举手表决（计数）")
    HANDS_NAMED = "named", _("举手表决（逐人记录）")
    SECRET = "secret", _("无记名投票")


class Choice(models.TextChoices):
    YES = "yes", _("赞成")
    NO = "no", _("反对")
    ABSTAIN = "abstain", _("弃权")


class ItemResult(models.TextChoices):
    OPEN = "open", _("待表决")
    CARRIED = "carried", _("通过")
    LOST = "lost", _("不通过")
    VOID = "void", _("未表决")


class BoxState(models.TextChoices):
    """Where a secret ballot stands; none of its states leads back."""

    OPEN = "open", _("投票中")
    CLOSED = "closed", _("已截止")
    VOID = "void", _("已作废")


class RightUse(models.TextChoices):
    """How a member used the one vote they have on an item."""

    UNUSED = "", _("未投")
    PHONE = "phone", _("手机投票")
    PAPER = "paper", _("纸质票")


class NoticeState(models.TextChoices):
    OPEN = "open", _("公示中")
    CONCLUDED = "concluded", _("公示期满")
    VOID = "void", _("已作废")


class ObjectionChannel(models.TextChoices):
    FORM = "form", _("网上填写")
    PAPER = "paper", _("书面递交")


class ObjectionState(models.TextChoices):
    OPEN = "open", _("处理中")
    UPHELD = "upheld", _("成立")
    DISMISSED = "dismissed", _("不成立")
    LATE = "late", _("逾期提出")


class SendBack(models.TextChoices):
    """To which step an upheld objection sends the matter."""

    REVIEW = "reviewed", _("退回“两委”审核")
    COUNCIL = "resolved", _("退回议事会重新审议")


class Decision(models.TextChoices):
    """What the street decides at step 6."""

    PENDING = "pending", _("待审定")
    ESTABLISH = "establish", _("立项")
    RETURN = "return", _("退回补正")
    REJECT = "reject", _("不予立项")


class Ground(models.TextChoices):
    """The only grounds on which the street may refuse what residents resolved (domain §8.2)."""

    LEGAL = "legal", _("不合法")
    BUDGET = "budget", _("资金不足")
    PROCEDURE = "procedure", _("程序不合规")
