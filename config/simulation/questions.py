"""Questions and answers of the made-up call centre: plain knowledge of the field, no city's own rules."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from audit.actors import Actor
from config.simulation.cast import Cast
from helpdesk.desks import categories
from helpdesk.models import DeskCode, Question, QuestionState
from helpdesk.questions.actions import Written, question_write


@dataclass(frozen=True, slots=True)
class Known:
    title: str
    other_words: str
    answer: str


CITIZEN = (
    Known(
        "電子証明書の有効期限はいつまでですか",
        "有効期限の確認 いつ切れる",
        "発行の日から5回目の誕生日までです。\nカードの表面に書かれた有効期限は、カードそのものの期限です。",
    ),
    Known(
        "いつから更新できますか",
        "更新の時期 3か月前 早めに更新",
        "有効期限の3か月前から更新できます。\n期限が過ぎたあとでも手続きできます。",
    ),
    Known(
        "更新に手数料はかかりますか",
        "無料ですか 費用",
        "電子証明書の更新に手数料はかかりません。\nカードをなくして作り直すときは、手数料がかかることがあります。",
    ),
    Known(
        "当日の持ち物は何ですか",
        "必要なもの 持っていくもの 書類",
        "マイナンバーカードをお持ちください。\n"
        "暗証番号が分からないときは、本人確認書類も必要です。\n予約の確認メールにも書いてあります。",
    ),
    Known(
        "暗証番号を忘れました",
        "暗証番号が分からない PINを忘れた",
        "窓口で設定し直せます。\nマイナンバーカードと、ほかの本人確認書類をお持ちください。\n電話で番号をお聞きすることはありません。",
    ),
    Known(
        "暗証番号を間違えてロックがかかりました",
        "ロックの解除 使えなくなった",
        "続けて間違えるとロックがかかります。\n窓口で解除し、設定し直せます。マイナンバーカードと本人確認書類をお持ちください。",
    ),
    Known(
        "代理人でも手続きできますか",
        "家族が代わりに行く 本人が行けない",
        "代理人の方の手続きは、区役所などの窓口でお受けします。\n必要な書類は区役所にご確認ください。",
    ),
    Known(
        "予約を取り消したい",
        "キャンセル 行けなくなった",
        "予約のメールにある「予約の確認・変更・取り消し」から取り消せます。\n予約番号と生年月日でも開けます。",
    ),
    Known(
        "予約の日時を変更したい",
        "日にちを変える 時間をずらす",
        "予約のメールにある「予約の確認・変更・取り消し」から変更できます。\n新しい日時が決まるまで、前の日時は残ります。",
    ),
    Known(
        "予約番号が分かりません",
        "番号をなくした メールが見つからない",
        "お名前の読みと生年月日、電話番号で、予約をお探しします。",
    ),
    Known(
        "予約の確認メールが届きません",
        "メールが来ない 迷惑メール",
        "迷惑メールに入っていないかをお確かめください。\nメールアドレスに間違いがあれば、電話で直して送り直します。",
    ),
    Known(
        "予約なしでも行けますか",
        "当日そのまま行く 飛び込み",
        "空きがあればお受けしますが、予約の方が先になります。\n予約していただくとお待たせしません。",
    ),
    Known(
        "土曜日や日曜日も受け付けていますか",
        "休日 祝日 夜間",
        "拠点によって違います。\n予約の画面で、拠点ごとに受け付けている日と時間を確かめられます。",
    ),
    Known(
        "マイナンバーカードをなくしました",
        "紛失 落とした 盗まれた",
        "まずカードの利用を止めてください。マイナンバー総合フリーダイヤルが24時間受け付けています。\n"
        "そのあと、区役所で再発行の手続きをしてください。",
    ),
    Known(
        "引っ越したときはどうすればよいですか",
        "住所が変わった 転居 転入",
        "住所の変更は区役所の窓口で手続きします。\n住所が変わると、署名用の電子証明書は使えなくなります。",
    ),
    Known(
        "結婚して名字が変わりました",
        "氏名の変更 姓 改姓",
        "氏名の変更は区役所の窓口で手続きします。\n氏名が変わると、署名用の電子証明書は使えなくなります。",
    ),
    Known(
        "子どものカードも更新できますか",
        "未成年 15歳未満 赤ちゃん",
        "15歳未満の方は、親権者など法定代理人の方が一緒に、区役所の窓口で手続きします。",
    ),
    Known(
        "健康保険証として使えますか",
        "保険証の登録 マイナ保険証",
        "利用の登録をすると使えます。\n電子証明書の期限が切れると、保険証としても使えなくなるので、早めに更新してください。",
    ),
    Known(
        "手続きにどのくらい時間がかかりますか",
        "所要時間 待ち時間 何分",
        "20分から30分ほどです。\n市の審査を待つあいだ、席でお待ちいただきます。",
    ),
    Known(
        "車で行けますか",
        "駐車場 駐輪場",
        "駐車できる台数には限りがあります。できるだけ公共の乗り物でお越しください。",
    ),
)
HELPDESK = (
    Known(
        "端末の画面が動かなくなりました",
        "フリーズ 固まった 再起動",
        "電源のボタンを長く押して、端末を起動し直してください。\n撮影した写真は端末に残り、続きから送れます。",
    ),
    Known(
        "端末がつながらないときはどうしますか",
        "通信できない 圏外 電波",
        "画面の上の通信の表示を確かめ、窓ぎわに移してください。\n写真は端末に残り、つながると自動で送られます。",
    ),
    Known(
        "写真が撮り直しになったときはどうしますか",
        "ぼやけている 反射 撮影のやり直し",
        "画面に出ている理由を読み、その写真だけを撮り直して、もう一度審査を依頼してください。",
    ),
    Known(
        "審査の結果が返ってこないときはどうしますか",
        "審査が遅い 待っている 返事がない",
        "待ち時間の目安を過ぎたら、ヘルプデスクに電話してください。市の審査担当に確かめます。",
    ),
    Known(
        "申請書が印刷できません",
        "プリンターが動かない 紙が詰まった",
        "プリンターの紙と電源を確かめてください。\n直らないときは、端末で署名していただくと、印刷は要りません。",
    ),
)


def questions_written(cast: Cast) -> int:
    """Fill both desks of an empty demo. Returns how many were written."""
    if Question.objects.exists():
        return 0
    return sum(
        _written(desk, known, cast.bureau)
        for desk, all_known in ((DeskCode.CITIZEN, CITIZEN), (DeskCode.HELPDESK, HELPDESK))
        for known in all_known
    )


def _written(desk: DeskCode, known: Known, by: Actor) -> int:
    about_bookings, about_cards = categories(desk)[:2]
    category = (about_bookings if desk == DeskCode.HELPDESK or "予約" in known.title else about_cards).code
    written = Written(category, known.title, known.other_words, known.answer, QuestionState.PUBLISHED)
    question_write(key=uuid5(NAMESPACE_URL, f"{desk}:{known.title}"), desk=desk, written=written, by=by)
    return 1
