"""Every try to reach an applicant about a defect."""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from applications.models import CheckState, ExistenceCheck
from notifications.models import Message, MessageState


class ContactResult(models.TextChoices):
    MAILED = "mailed", "メールを送った"
    PROMISED = "promised", "電話で伝え、返事を待つ"
    NO_ANSWER = "no_answer", "電話に出なかった"
    WRONG_NUMBER = "wrong_number", "番号が使われていない・違う人だった"


CALL_RESULTS = (ContactResult.PROMISED, ContactResult.NO_ANSWER, ContactResult.WRONG_NUMBER)
# A mail that ended so reached nobody: the bureau does not wait for an answer to it.
IN_VAIN = (MessageState.FAILED, MessageState.BOUNCED, MessageState.WITHDRAWN)


class DefectContactQuerySet(models.QuerySet["DefectContact"]):
    def of_this_defect(self, check: ExistenceCheck) -> "DefectContactQuerySet":
        """The tries since the city found this defect; earlier ones were about an earlier one."""
        return self.filter(defect=check, at__gte=check.answered_at) if check.answered_at else self.none()

    def in_vain(self) -> "DefectContactQuerySet":
        return self.filter(message__state__in=IN_VAIN)


class DefectContact(models.Model):
    """One try. From `next_at` on it is the bureau's turn again: there is no try without a next step."""

    key = models.UUIDField("鍵", unique=True, default=uuid.uuid4)
    defect = models.ForeignKey(ExistenceCheck, models.CASCADE, related_name="contacts", verbose_name="実在性確認")
    at = models.DateTimeField("日時", auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="連絡した人")
    result = models.CharField("結果", max_length=15, choices=ContactResult)
    note = models.CharField("記録", max_length=300, blank=True)
    next_at = models.DateTimeField("次の対応")
    text_code = models.CharField("文面", max_length=40, blank=True)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+", verbose_name="通知")

    objects = DefectContactQuerySet.as_manager()

    class Meta:
        verbose_name = "不備の連絡"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.defect_id} {self.result}"


def bureaus_turn() -> Q:
    """Open defects with which the bureau has to do something now: the time has come, or the last mail was in vain."""
    last_in_vain = DefectContact.objects.in_vain().filter(defect=OuterRef("pk"), next_at=OuterRef("next_step_at"))
    return Q(state=CheckState.DEFECT) & (Q(next_step_at__lte=timezone.now()) | Q(Exists(last_in_vain)))
