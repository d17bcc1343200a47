"""Questions with their answers, as operators find them while somebody asks; and what was asked in vain."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from accounts.models import User
from helpdesk.models.desks import DeskCode
from helpdesk.models.tickets import Ticket


class QuestionState(models.TextChoices):
    DRAFT = "draft", "下書き"
    PUBLISHED = "published", "公開中"
    RETIRED = "retired", "使わない"


class QuestionQuerySet(models.QuerySet["Question"]):
    def published(self, desk: str) -> "QuestionQuerySet":
        return self.filter(desk=desk, state=QuestionState.PUBLISHED)

    def sharing(self, pairs: list[str]) -> "QuestionQuerySet":
        """Those that hold any of the pairs of characters (see `helpdesk.grams`)."""
        return self.filter(grams__overlap=pairs)


class Question(models.Model):
    """A question as people put it, other ways to put it, and what is said in answer."""

    key = models.UUIDField("作成の鍵", unique=True, editable=False)
    desk = models.CharField("窓口", max_length=10, choices=DeskCode)
    category = models.CharField("分類", max_length=50)
    state = models.CharField("状態", max_length=9, choices=QuestionState, default=QuestionState.DRAFT)
    title = models.CharField("質問", max_length=200)
    other_words = models.CharField("ほかの言い方", max_length=300, blank=True)
    answer = models.TextField("答え")
    source = models.ForeignKey(
        Ticket, models.SET_NULL, null=True, related_name="questions", verbose_name="もとの問い合わせ"
    )
    grams = ArrayField(models.CharField(max_length=2), verbose_name="検索語", default=list)
    helped = models.PositiveIntegerField("役に立った", default=0)
    not_helped = models.PositiveIntegerField("役に立たなかった", default=0)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="書いた人")
    written_at = models.DateTimeField("書いた日時", auto_now=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "質問と回答"
        indexes = [
            models.Index(fields=["desk", "state", "category"], name="question_of_desk"),
            GinIndex(fields=["grams"], name="question_grams"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(title="") & ~Q(answer=""), name="question_is_answered")]

    def __str__(self) -> str:
        return self.title


class MissedSearch(models.Model):
    """Words to which an operator found no answer, and how often; an answer written later takes it off the list."""

    desk = models.CharField("窓口", max_length=10, choices=DeskCode)
    words = models.CharField("探した言葉", max_length=100)
    count = models.PositiveIntegerField("回数", default=1)
    last_at = models.DateTimeField("最後に探した日時")
    answered_by = models.ForeignKey(
        Question, models.SET_NULL, null=True, related_name="missed", verbose_name="書いた答え"
    )

    class Meta:
        verbose_name = "見つからなかった言葉"
        constraints = [models.UniqueConstraint(fields=["desk", "words"], name="missed_words_once_per_desk")]

    def __str__(self) -> str:
        return self.words
