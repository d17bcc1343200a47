from functools import partial

from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "staffing"
    verbose_name = "体制"

    def ready(self) -> None:
        from accounts import unfinished, waiting
        from documents import roster
        from staffing.models import ContractRole
        from staffing.roster import names_in_role
        from staffing.unfinished import goods_unfinished, meetings_unfinished, people_unfinished
        from staffing.waiting import meetings_to_come, own_tasks, to_keep_current, to_minute, to_submit, to_swear

        for role in ContractRole:
            roster.register(role.label, partial(names_in_role, role))
        waiting.register("staffing.manage", to_submit)
        waiting.register("staffing.manage", to_swear)
        waiting.register("staffing.manage", to_keep_current)
        waiting.register("staffing.manage", to_minute)
        waiting.register("staffing.meetings", own_tasks)
        waiting.register("staffing.meetings", meetings_to_come)
        unfinished.register(people_unfinished)
        unfinished.register(meetings_unfinished)
        unfinished.register(goods_unfinished)
