"""Who may do what. Roles and permissions are code, so that a change of rights is a reviewed change.

A permission is `<room>.<what>`; views name the one they need with `@requires(...)`.
Which objects a permission reaches (a clerk: one office) is decided in each room's `access.py`.
"""

from dataclasses import dataclass

from django.db import models


class Role(models.TextChoices):
    CLERK = "clerk", "窓口担当（郵便局）"
    REVIEWER = "reviewer", "審査担当（市）"
    CITY_OFFICER = "city_officer", "市担当者"
    BUREAU = "bureau", "事務局"
    OPERATOR = "operator", "予約受付"
    HELPDESK_AGENT = "helpdesk_agent", "ヘルプデスク"
    TRAINER = "trainer", "研修・巡回担当"
    DEVICE_KEEPER = "device_keeper", "機器担当"
    MANAGER = "manager", "業務責任者"
    AUDITOR = "auditor", "監査（市）"
    ADMINISTRATOR = "administrator", "システム管理者"


ROLE_PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.CLERK: frozenset(
        {
            "devices.report",
            "staffing.contacts",
            "documents.read",
            "helpdesk.ask",
            "reservations.book_for",
            "reservations.list",
            "applications.form",
            "applications.sign",
            "accounts.change_code",
            "counters.serve",
            "counters.screens",
            "review.capture",
            "review.view_images",
        }
    ),
    Role.REVIEWER: frozenset({"staffing.contacts", "documents.read", "review.decide", "review.view_images"}),
    Role.CITY_OFFICER: frozenset(
        {
            "devices.approve",
            "devices.view",
            "staffing.meetings",
            "training.view",
            "staffing.contacts",
            "staffing.view",
            "keeping.handover",
            "keeping.handover_confirm",
            "helpdesk.tickets",
            "helpdesk.figures",
            "helpdesk.city",
            "documents.read",
            "documents.approve",
            "documents.follow",
            "reservations.list",
            "applications.archive",
            "applications.archive_hold",
            "applications.check",
            "applications.integrity",
            "applications.originals",
            "applications.defects",
            "reports.view",
            "review.supervise",
            "review.see_looks",
            "notifications.view",
            "reservations.holidays",
            "reservations.links",
        }
    ),
    Role.BUREAU: frozenset(
        {
            "devices.view",
            "staffing.meetings",
            "training.view",
            "training.manage",
            "staffing.contacts",
            "staffing.view",
            "staffing.manage",
            "keeping.handover",
            "keeping.handover_make",
            "helpdesk.answer",
            "helpdesk.collection",
            "helpdesk.work",
            "helpdesk.tickets",
            "helpdesk.figures",
            "helpdesk.import",
            "documents.read",
            "documents.write",
            "documents.follow",
            "reservations.waiting_list",
            "reservations.book_for",
            "reservations.correct",
            "reservations.list",
            "applications.archive",
            "applications.originals",
            "applications.scan",
            "applications.form",
            "applications.defects",
            "notifications.view",
            "postoffices.view",
            "reservations.orphans",
            "reservations.remind",
            "reservations.links",
            "reservations.supply",
        }
    ),
    Role.OPERATOR: frozenset(
        {
            "staffing.contacts",
            "helpdesk.answer",
            "helpdesk.work",
            "helpdesk.tickets",
            "documents.read",
            "reservations.waiting_list",
            "reservations.remind",
            "reservations.book_for",
            "reservations.list",
            "reservations.orphans",
        }
    ),
    Role.HELPDESK_AGENT: frozenset(
        {"staffing.contacts", "devices.view", "helpdesk.answer", "helpdesk.work", "helpdesk.tickets", "documents.read"}
    ),
    Role.TRAINER: frozenset(
        {
            "staffing.meetings",
            "training.view",
            "training.manage",
            "staffing.contacts",
            "documents.read",
            "documents.write",
            "documents.follow",
        }
    ),
    Role.DEVICE_KEEPER: frozenset(
        {"devices.keep", "devices.locate", "devices.wipe", "devices.view", "staffing.contacts", "documents.read"}
    ),
    Role.MANAGER: frozenset(
        {
            "keeping.storage",
            "devices.wipe",
            "devices.view",
            "staffing.meetings",
            "training.view",
            "training.manage",
            "staffing.contacts",
            "staffing.view",
            "staffing.manage",
            "keeping.close",
            "keeping.handover",
            "keeping.handover_make",
            "review.see_looks",
            "helpdesk.collection",
            "helpdesk.work",
            "helpdesk.tickets",
            "helpdesk.figures",
            "helpdesk.import",
            "documents.read",
            "documents.write",
            "documents.follow",
            "counters.oversee",
            "counters.screens",
            "reservations.fairness",
            "reservations.waiting_list",
            "reservations.list",
            "applications.archive",
            "applications.originals",
            "applications.scan",
            "applications.archive_hold",
            "applications.defects",
            "applications.integrity",
            "notifications.view",
            "postoffices.view",
            "reports.view",
            "reports.make",
            "reservations.orphans",
            "reservations.links",
            "reservations.supply",
        }
    ),
    Role.AUDITOR: frozenset(
        {
            "devices.view",
            "staffing.meetings",
            "training.view",
            "staffing.contacts",
            "staffing.view",
            "review.see_looks",
            "helpdesk.figures",
            "applications.integrity",
            "audit.view",
            "documents.read",
            "reports.view",
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            "staffing.contacts",
            "keeping.storage",
            "keeping.close",
            "reservations.fairness",
            "accounts.manage",
            "audit.view",
            "postoffices.view",
        }
    ),
}

ALL_PERMISSIONS = frozenset().union(*ROLE_PERMISSIONS.values())


def allows(role: str, permission: str) -> bool:
    """Whether `role` holds `permission`. Raises KeyError for a permission that no role holds (a typing slip)."""
    if permission not in ALL_PERMISSIONS:
        raise KeyError(permission)
    return permission in ROLE_PERMISSIONS[Role(role)]


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A room in the staff navigation: shown to the roles that hold `permission`."""

    label: str
    url_name: str
    permission: str


@dataclass(frozen=True, slots=True)
class NavigationGroup:
    """Rooms under one word. Whoever may enter only one of them sees that room's own name instead."""

    label: str
    entries: tuple[NavigationEntry, ...]


NAVIGATION = (
    NavigationGroup(
        "窓口・審査",
        (
            NavigationEntry("窓口", "counters:day", "counters.serve"),
            NavigationEntry("日締め", "counters:overseen", "counters.oversee"),
            NavigationEntry("審査", "review:queue", "review.decide"),
            NavigationEntry("審査の状況", "review:board", "review.supervise"),
        ),
    ),
    NavigationGroup(
        "予約",
        (
            NavigationEntry("予約受付", "operator:desk", "reservations.book_for"),
            NavigationEntry("予約一覧", "reservations:list", "reservations.list"),
            NavigationEntry("空き待ち", "waiting_list:list", "reservations.waiting_list"),
            NavigationEntry("電話の案内", "reservations:calls", "reservations.remind"),
            NavigationEntry("枠のない予約", "supply:orphans", "reservations.orphans"),
            NavigationEntry("不審な予約", "fairness:dashboard", "reservations.fairness"),
            NavigationEntry("予約枠", "supply:home", "reservations.supply"),
            NavigationEntry("祝日", "supply:holidays", "reservations.holidays"),
            NavigationEntry("予約ページのリンク", "supply:links", "reservations.links"),
        ),
    ),
    NavigationGroup(
        "申請書",
        (
            NavigationEntry("実在性確認", "applications:existence", "applications.check"),
            NavigationEntry("不備連絡", "applications:defects", "applications.defects"),
            NavigationEntry("申請書", "applications:forms", "applications.form"),
            NavigationEntry("紙の申請書", "scans:files", "applications.scan"),
            NavigationEntry("原本の送付", "scans:originals", "applications.originals"),
            NavigationEntry("申請書の保存", "archive:search", "applications.archive"),
            NavigationEntry("封印の確認", "archive:integrity", "applications.integrity"),
        ),
    ),
    NavigationGroup(
        "電話・問い合わせ",
        (
            NavigationEntry("ヘルプデスク", "helpdesk:office_questions", "helpdesk.ask"),
            NavigationEntry("電話応対", "helpdesk:calls", "helpdesk.answer"),
            NavigationEntry("問い合わせ", "helpdesk:tickets", "helpdesk.tickets"),
            NavigationEntry("質問と回答", "helpdesk:questions", "helpdesk.work"),
            NavigationEntry("入電の集計", "helpdesk:figures", "helpdesk.figures"),
        ),
    ),
    NavigationGroup(
        "機器",
        (
            NavigationEntry("機器台帳", "devices:list", "devices.view"),
            NavigationEntry("回線", "devices:lines", "devices.view"),
            NavigationEntry("機器の障害", "devices:faults", "devices.view"),
            NavigationEntry("機器の消去", "devices:erasures", "devices.view"),
        ),
    ),
    NavigationGroup(
        "文書・研修・体制",
        (
            NavigationEntry("文書", "documents:list", "documents.read"),
            NavigationEntry("研修", "training:courses", "training.view"),
            NavigationEntry("巡回", "training:patrols", "training.view"),
            NavigationEntry("緊急連絡網", "staffing:contacts", "staffing.contacts"),
            NavigationEntry("従事者名簿", "staffing:roster", "staffing.view"),
            NavigationEntry("会議", "staffing:meetings", "staffing.meetings"),
            NavigationEntry("貸与品", "staffing:goods", "staffing.view"),
        ),
    ),
    NavigationGroup(
        "報告・記録",
        (
            NavigationEntry("報告", "reports:list", "reports.view"),
            NavigationEntry("通知", "notifications:list", "notifications.view"),
            NavigationEntry("画像の閲覧記録", "review:looks", "review.see_looks"),
            NavigationEntry("引き継ぎ", "handover:list", "keeping.handover"),
            NavigationEntry("監査記録", "audit:events", "audit.view"),
        ),
    ),
    NavigationGroup(
        "設定",
        (
            NavigationEntry("拠点", "postoffices:list", "postoffices.view"),
            NavigationEntry("職員", "accounts:people", "accounts.manage"),
            NavigationEntry("保存容量", "keeping:storage", "keeping.storage"),
            NavigationEntry("契約終了", "keeping:closing", "keeping.close"),
        ),
    ),
)
