"""What a contract asks of its people: titles, notices to the city, oaths, the contact tree, meetings."""

from typing import Annotated

from pydantic import Field

from accounts.roles import Role
from postoffices.strict import Code, Strict, Words

Days = Annotated[int, Field(ge=0, le=366)]
# Who works for the contractor. The city's people are bound by their office, those of the post office by law.
CONTRACTORS_ROLES = [
    Role.BUREAU,
    Role.OPERATOR,
    Role.HELPDESK_AGENT,
    Role.TRAINER,
    Role.DEVICE_KEEPER,
    Role.MANAGER,
    Role.ADMINISTRATOR,
]


class Titles(Strict):
    """What the contract calls its roles: one city's 業務責任者 is another's 管理者."""

    general: Words = "統括責任者"
    manager: Words = "業務責任者"
    deputy: Words = "副責任者"
    site_lead: Words = "現場責任者"
    staff: Words = "従事者"


class StaffingRules(Strict):
    """`manager_full_time`: the manager is in the contractor's own permanent employment (Kitakyushu 10(2)).

    `roster_notice_days`: a change is notified so many days before it takes effect (Fukuoka 5(3)エ: 7). An emergency
    contact counts as current for `contact_confirm_days`. `sworn_roles` may not work without a signed oath.
    """

    titles: Titles = Titles()
    manager_full_time: bool = False
    roster_notice_days: Days = 0
    contact_confirm_days: Annotated[int, Field(ge=1, le=366)] = 90
    sworn_roles: list[Annotated[Role, Field(strict=False)]] = CONTRACTORS_ROLES
    meetings_each_month: Annotated[int, Field(ge=0, le=31)] = 1


class PatrolCheck(Strict):
    """A point that a patrol looks at in an office."""

    code: Code
    words: Words


USUAL_PATROL = [
    PatrolCheck(code="steps", words="受付から完了までの手順が、業務マニュアルのとおりに行われている"),
    PatrolCheck(code="identity", words="本人確認書類の確認と撮影が、正しく行われている"),
    PatrolCheck(code="personal", words="書類、端末、画面から個人情報が見えたり、持ち出されたりしない"),
    PatrolCheck(code="devices", words="端末・プリンタ・回線が使え、盗難防止の固定がされている"),
    PatrolCheck(code="supplies", words="用紙、インクリボン、替え芯などが足りている"),
    PatrolCheck(code="manual", words="最新のマニュアルと緊急連絡網が、すぐに見られる"),
    PatrolCheck(code="people", words="困っていること、相談したいことを聞き取った"),
]


class TrainingRules(Strict):
    """`hands_on_closed`: hands-on training only on days on which this calendar is closed (Fukuoka 4(1)イ: the card
    centre), and on `hands_on_weekdays` (1 Monday to 7 Sunday; none: any). `on_site_open`: on-site training only on days
    on which this calendar is open. A patrol takes `patrol_minutes`.
    """

    hands_on_closed: Code | None = None
    hands_on_weekdays: list[Annotated[int, Field(ge=1, le=7)]] = []
    on_site_open: Code | None = None
    patrol_minutes: Annotated[int, Field(ge=10, le=480)] = 60
    patrol_checks: Annotated[list[PatrolCheck], Field(min_length=1)] = USUAL_PATROL
