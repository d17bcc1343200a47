"""What fairness refuses."""

from django.utils.translation import gettext_noop

from audit.errors import Refused


class AlreadyBooked(Refused):
    """The person has an active booking for the procedure. `place` tells who of a party, from 0."""

    place = 0

    message = gettext_noop(
        "このお名前と生年月日の方は、同じ手続きの予約をすでにお持ちです。"
        "日時を変えるときは、「予約を確認・変更・取り消す」から、予約番号と生年月日で進んでください。"
    )


class TooManyForContact(Refused):
    """The telephone number or mail address stands in as many active bookings as the city allows."""

    message = gettext_noop(
        "同じ電話番号またはメールアドレスで取れる予約の数を超えています。ほかの方の予約は、電話でお申し込みください。"
    )


class TooOften(Refused):
    """The network or the contact has used up its tries for now."""

    message = gettext_noop(
        "短い間に操作が重なったため、受け付けを止めています。数分たってから、もう一度お試しください。"
    )
