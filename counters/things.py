"""What somebody who is sent on takes along, as the slip says it."""

from collections.abc import Sequence

from counters.models import Reason

ALSO: dict[Reason, tuple[str, ...]] = {
    Reason.PROXY: ("委任状など、代理を確かめられるもの", "代理の方の本人確認書類"),
    Reason.CARD_EXPIRES: ("顔写真（カードの更新に使います）",),
    Reason.CHANGE_NOT_ENTERED: ("住所・氏名の変更が分かる書類",),
    Reason.CARD_DAMAGED: ("再交付の手数料",),
}


def things_to_bring(usual: Sequence[str], reason: Reason | None) -> list[str]:
    """What the procedure asks for, and what the reason adds."""
    return [*usual, *(ALSO.get(reason, ()) if reason else ())]
