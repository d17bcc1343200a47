"""What messages are about, in words for the staff's list. Rooms above choose the codes."""

PURPOSE_LABELS = {
    "booked": "予約の受付",
    "changed": "予約の変更",
    "cancelled": "予約の取り消し",
    "reminder": "予約日の案内",
    "details": "予約内容の再送",
    "orphaned": "日時の選び直しのお願い",
    "restored": "元の日時に戻したお知らせ",
    "wait_asked": "空き待ちの登録の確認",
    "wait_offered": "空きの案内",
    "wait_lapsed": "空きの案内の時間切れ",
    "document": "文書の公開",
    "meeting": "会議のお知らせ",
    "defect": "不備の連絡",
    "inquiry_received": "問い合わせの受付",
    "inquiry_answer": "問い合わせへの回答",
    "storage": "保存容量の注意",
    "inquiry_refused": "受け付けられないメールへのお返事",
    "city_told": "市への至急の報告",
}


def purpose_label(purpose: str) -> str:
    """The words for a purpose; a code that nobody named yet stands for itself."""
    return PURPOSE_LABELS.get(purpose, purpose)
