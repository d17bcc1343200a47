"""The courses fixed beforehand for complaints and incidents (Kitakyushu 10(5), (8); Fukuoka 5(7); Yatsushiro 11)."""

from helpdesk.models import TicketKind

COMPLAINT = (
    "内容と要望を聴き取り、記録した",
    "事実を確かめた（録音・記録・担当者への聴き取り）",
    "市へ第一報を伝えた",
    "原因を分析した",
    "相手に説明し、必要なおわびをした",
    "再発防止策を決め、担当者に周知した",
)
INCIDENT = (
    "被害を広げない措置をとった（回収・遮断・利用停止）",
    "市へ電話で第一報を伝えた",
    "何が、いつ、どこで、何件かを確かめた",
    "経過を時刻とともに書き出した",
    "本人への連絡を市と決めた",
    "個人情報保護委員会への報告の要否を市と決めた（速報の期限は3〜5日）",
    "原因を確かめた",
    "再発防止策を決め、従事者に周知した",
    "報告書を市へ提出した",
)
COURSES = {TicketKind.COMPLAINT: COMPLAINT, TicketKind.INCIDENT: INCIDENT}


def course_of(kind: str) -> tuple[str, ...]:
    return COURSES.get(TicketKind(kind), ())
