"""What the codes in the log are called on screen. A code without a word is shown as it is; a test finds it."""

from django.apps import apps

ACTIONS = {
    "application.drafted": "申請書を作成",
    "application.paper_signed": "紙の申請書に署名",
    "application.signed": "申請書に署名",
    "application.taken_out": "申請書を取り出し",
    "case.claimed": "審査を担当",
    "case.decided": "審査結果を決定",
    "case.image_added": "写真を追加",
    "case.image_removed": "写真を削除",
    "case.lease_expired": "審査の担当が時間切れ",
    "case.lease_extended": "審査の担当時間を延長",
    "case.opened": "撮影を開始",
    "case.released": "審査の担当を解除",
    "case.submitted": "審査に提出",
    "case.withdrawn": "審査を取り下げ",
    "cash_up.closed": "現金を締める",
    "cash_up.seen": "日締めを確認",
    "existence.confirmed": "実在性を確認",
    "existence.defect_found": "実在性確認で不備",
    "existence.defect_resolved": "不備を解消",
    "existence.given_up": "不備のまま終了",
    "fee.exempted": "手数料を免除",
    "master_data_added": "基本データを追加",
    "master_data_changed": "基本データを変更",
    "master_data_deleted": "基本データを削除",
    "message_bounced": "通知が届かずに戻った",
    "message_called": "電話での案内を記録",
    "message_dropped": "時期を過ぎた通知を取りやめ",
    "message_failed": "通知の送信に失敗",
    "message_open": "通知の内容を閲覧",
    "message_postponed": "通知の送信を延期",
    "message_queue": "通知を作成",
    "message_resend": "通知を再送",
    "message_sent": "通知を送信",
    "message_uncertain": "通知が届いたか不明",
    "message_withdraw": "通知を取り下げ",
    "password_changed": "パスワードを変更",
    "password_reset": "パスワードを再発行",
    "person_activated": "職員を利用再開",
    "person_added": "職員を追加",
    "person_changed": "職員を変更",
    "person_deactivated": "職員を利用停止",
    "posting_assigned": "配属を変更",
    "postoffices.deadline_removed": "期限の変更を取りやめ",
    "postoffices.deadline_set": "期限を変更",
    "postoffices.opening_added": "開庁日を追加",
    "profile_loaded": "市の設定を読み込み",
    "receipt.issued": "領収書を発行",
    "receipt.printed": "領収書を印刷",
    "receipt.voided": "領収書を取り消し",
    "report.failed": "報告書の作成に失敗",
    "report.made": "報告書を作成",
    "report.making": "報告書の作成を開始",
    "report.remarked": "報告書に所見を記入",
    "report.requested": "報告書の作成を依頼",
    "reservations.booked": "予約を確定",
    "reservations.cancelled": "予約を取り消し",
    "reservations.details_sent": "予約の内容を再送",
    "reservations.handed_over": "予約データを書き出し（引き継ぎ）",
    "reservations.hold_extended": "仮押さえを延長",
    "reservations.hold_released": "仮押さえを解除",
    "reservations.holds_expired": "仮押さえが時間切れ",
    "reservations.holiday_decided": "祝日の候補を決定",
    "reservations.list_taken_out": "予約一覧を出力",
    "reservations.moved": "予約日時を変更",
    "reservations.no_show": "来局なしを記録",
    "reservations.offer_taken_up": "案内された空きで予約に進む",
    "reservations.orphan_called": "電話で日時の選び直しを案内",
    "reservations.orphaned": "予約の枠がなくなった",
    "reservations.orphans_told": "日時の選び直しを案内",
    "reservations.restored": "予約を元に戻す",
    "reservations.seat_offered": "空き待ちの方に空きを案内",
    "reservations.searched": "予約を検索",
    "reservations.seat_held": "予約枠を仮押さえ",
    "reservations.shield_lowered": "機械的な予約への備えを解除",
    "reservations.shield_raised": "機械的な予約への備えを開始",
    "reservations.slots_made": "予約枠を作成",
    "reservations.slots_refitted": "予約枠を設定に合わせる",
    "reservations.stop_lifted": "緊急停止を解除",
    "reservations.stopped": "予約の受付を緊急停止",
    "reservations.supply_edited": "予約枠の設定を変更",
    "reservations.taken_over": "予約データを取り込み（引き継ぎ）",
    "reservations.time_given_back": "元の予約日時に戻す",
    "reservations.wait_booked": "空き待ちから予約",
    "reservations.wait_lapsed": "空き待ちの案内が時間切れ",
    "reservations.wait_over": "空き待ちの期間が終了",
    "reservations.wait_registered": "空き待ちを登録",
    "reservations.wait_withdrawn": "空き待ちを取りやめ",
    "reservations.waiter_called": "空きを電話で案内",
    "reservations.visited": "来局を記録",
    "screen.closed": "壁の画面を停止",
    "screen.made": "壁の画面を作成",
    "second_factor_added": "認証アプリを登録",
    "second_factor_reset": "認証アプリを解除",
    "sign_in_failed": "ログインに失敗",
    "signed_in": "ログイン",
    "signed_out": "ログアウト",
    "support.counted": "手続き支援を記録",
    "support.taken_back": "手続き支援の記録を取り消し",
    "vault.bucket_erased": "保存期間の終わった保管物を消去",
    "vault.object_erased": "保管物を消去",
    "vault.object_held": "保管物の消去を保留",
    "vault.object_stored": "保管物を保管",
    "vault.object_unheld": "保管物の消去の保留を解除",
    "vault.object_viewed": "保管物を閲覧",
    "visit.arrived": "来局を受付",
    "visit.awaiting_review": "審査待ちに変更",
    "visit.call_taken_back": "呼び出しを取りやめ",
    "visit.called": "番号を呼び出し",
    "visit.finished": "来局を完了",
    "visit.left": "途中で退出",
    "visit.missed": "来局なし",
    "visit.review_answered": "審査結果を受領",
    "visit.serving": "案内を開始",
    "visit.terminal_begun": "端末処理を開始",
    "visit.walked_in": "予約なしの来局を受付",
}


def action_word(code: str) -> str:
    return ACTIONS.get(code, code)


def actions_called(typed: str) -> list[str]:
    """The codes whose word contains what was typed."""
    return [code for code, word in ACTIONS.items() if typed in word]


def subject_word(subject_type: str) -> str:
    """The Japanese name of a model from its label such as `reservations.reservation`."""
    try:
        return str(apps.get_model(subject_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return subject_type  # an old event may name a model that is gone


def subjects_called(typed: str) -> list[str]:
    """The labels of the models whose Japanese name contains what was typed."""
    return [model._meta.label_lower for model in apps.get_models() if typed in str(model._meta.verbose_name)]
