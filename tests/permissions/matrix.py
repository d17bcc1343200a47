"""Who may do what, written down a second time, by hand: the code must agree with this table.

Whoever adds a route adds a row. Every route of `config.urls` stands here under its full name:

    "room:name": staff(get={CLERK, BUREAU}),                 a page to look at

`get` and `post` name the roles that pass; everybody else who signed in gets 403, everybody who did not is
sent to the sign-in. PUBLIC routes are the citizens'. Addresses with parameters are filled in by
`tests/permissions/samples.py`; without a sample there, with a value for which nothing exists (404 passes).
"""

from dataclasses import dataclass, field

from accounts.roles import ROLE_PERMISSIONS, Role

CLERK = Role.CLERK
REVIEWER = Role.REVIEWER
CITY_OFFICER = Role.CITY_OFFICER
BUREAU = Role.BUREAU
OPERATOR = Role.OPERATOR
HELPDESK_AGENT = Role.HELPDESK_AGENT
TRAINER = Role.TRAINER
DEVICE_KEEPER = Role.DEVICE_KEEPER
MANAGER = Role.MANAGER
AUDITOR = Role.AUDITOR
ADMINISTRATOR = Role.ADMINISTRATOR

EVERYONE = frozenset(Role)
# Who books for somebody else, on the telephone or at the counter.
BOOKERS = frozenset({CLERK, BUREAU, OPERATOR})
DOCUMENT_READERS = frozenset(Role) - {ADMINISTRATOR}
# Who writes documents for the city's approval.
AUTHORS = frozenset({BUREAU, MANAGER, TRAINER})
# Who keeps the contract's people, and who may look.
STAFF_KEEPERS = frozenset({BUREAU, MANAGER})
STAFF_VIEWERS = STAFF_KEEPERS | {CITY_OFFICER, AUDITOR}
MEMBERS_OF_MEETINGS = STAFF_VIEWERS | {TRAINER}
TRAINERS = STAFF_KEEPERS | {TRAINER}
# Who works with inquiries, who sees them, and who answers the telephone.
ANSWERERS = frozenset({OPERATOR, HELPDESK_AGENT, BUREAU})
HELPERS = ANSWERERS | {MANAGER}
INQUIRY_READERS = HELPERS | {CITY_OFFICER}
# Who sees the register of devices; only the keeper writes in it.
DEVICE_READERS = frozenset({DEVICE_KEEPER, BUREAU, MANAGER, CITY_OFFICER, HELPDESK_AGENT, AUDITOR})
# Roles that have nothing to do yet see a page that says so, with status 403.
WITH_WORK = frozenset(role for role in Role if ROLE_PERMISSIONS[role])


@dataclass(frozen=True)
class Row:
    get: frozenset[Role] = frozenset()
    post: frozenset[Role] = frozenset()
    public: bool = False
    # Sign-in steps decide by themselves whom they serve; tests/accounts holds their tests.
    sign_in: bool = field(default=False)


def staff(*, get: set[Role] | frozenset[Role] = frozenset(), post: set[Role] | frozenset[Role] = frozenset()) -> Row:
    return Row(frozenset(get), frozenset(post))


PUBLIC = Row(public=True)
SIGN_IN = Row(sign_in=True)

MATRIX: dict[str, Row] = {
    "healthz": PUBLIC,
    # -- the citizen's road
    "booking:home": PUBLIC,
    "booking:procedures": PUBLIC,
    "booking:procedure": PUBLIC,
    "booking:places": PUBLIC,
    "booking:month": PUBLIC,
    "booking:day": PUBLIC,
    "booking:form": PUBLIC,
    "booking:extend": PUBLIC,
    "booking:confirm": PUBLIC,
    "booking:book": PUBLIC,
    "booking:again": PUBLIC,
    "booking:wait_register": PUBLIC,
    "booking:wait_sent": PUBLIC,
    "booking:wait_confirm": PUBLIC,
    "booking:wait_entry": PUBLIC,
    "booking:wait_take_up": PUBLIC,
    "booking:wait_withdraw": PUBLIC,
    "booking:find": PUBLIC,
    "booking:reservation": PUBLIC,
    "booking:calendar": PUBLIC,
    "booking:change": PUBLIC,
    "booking:change_places": PUBLIC,
    "booking:change_confirm": PUBLIC,
    "booking:change_extend": PUBLIC,
    "booking:change_stop": PUBLIC,
    "booking:cancel": PUBLIC,
    # -- accounts
    "accounts:sign_in": SIGN_IN,
    "accounts:code": SIGN_IN,
    "accounts:enrol": SIGN_IN,
    "accounts:sign_out": SIGN_IN,
    "accounts:take_up": SIGN_IN,
    "accounts:change_code": staff(get={CLERK}, post={CLERK}),
    "accounts:hand_over": staff(post={CLERK}),
    "accounts:password": staff(get=EVERYONE, post=EVERYONE),
    "accounts:start": staff(get=WITH_WORK),
    "accounts:own": staff(get=WITH_WORK, post=WITH_WORK),
    "accounts:own_key_remove": staff(post=WITH_WORK),
    "accounts:person_key_remove": staff(post={ADMINISTRATOR}),
    "accounts:people": staff(get={ADMINISTRATOR}),
    "accounts:person_new": staff(get={ADMINISTRATOR}, post={ADMINISTRATOR}),
    "accounts:person": staff(get={ADMINISTRATOR}, post={ADMINISTRATOR}),
    "accounts:person_deactivate": staff(post={ADMINISTRATOR}),
    "accounts:person_activate": staff(post={ADMINISTRATOR}),
    "accounts:person_reset_second_factor": staff(post={ADMINISTRATOR}),
    "accounts:person_reset_password": staff(post={ADMINISTRATOR}),
    # -- staffing
    "staffing:roster": staff(get=STAFF_VIEWERS),
    "staffing:left": staff(get=STAFF_VIEWERS),
    "staffing:roster_submit": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:roster_file": staff(get=STAFF_VIEWERS),
    "staffing:submission_file": staff(get=STAFF_VIEWERS),
    "staffing:worker_new": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:worker": staff(get=STAFF_VIEWERS),
    "staffing:worker_edit": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:assign": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:absence_new": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:worker_leave": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:assignment_end": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:absence_cover": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    # In an emergency everybody calls.
    "staffing:contacts": staff(get=EVERYONE),
    "staffing:contacts_file": staff(get=EVERYONE),
    "staffing:contact_new": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:contacts_submit": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:contact_edit": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:contact_remove": staff(post=STAFF_KEEPERS),
    "staffing:contact_confirm": staff(post=STAFF_KEEPERS),
    "staffing:oaths": staff(get=STAFF_VIEWERS),
    "staffing:oath_prepare": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:oath_sign": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:oath_hand_in": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:oath_void": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:oath_file": staff(get=STAFF_VIEWERS),
    "staffing:oath_scan": staff(get=STAFF_VIEWERS),
    "staffing:meetings": staff(get=MEMBERS_OF_MEETINGS),
    "staffing:meeting_new": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:meeting": staff(get=MEMBERS_OF_MEETINGS),
    "staffing:minutes_file": staff(get=MEMBERS_OF_MEETINGS),
    "staffing:meeting_edit": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:meeting_notify": staff(post=STAFF_KEEPERS),
    "staffing:meeting_hold": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:minutes": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:meeting_close": staff(post=STAFF_KEEPERS),
    "staffing:meeting_cancel": staff(post=STAFF_KEEPERS),
    "staffing:task_new": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    # One's own tasks; somebody else's are 404 except for those who keep the minutes.
    "staffing:task": staff(post=MEMBERS_OF_MEETINGS),
    "staffing:goods": staff(get=STAFF_VIEWERS),
    "staffing:goods_file": staff(get=STAFF_VIEWERS),
    "staffing:good_new": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:good": staff(get=STAFF_VIEWERS),
    "staffing:good_edit": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:good_step": staff(get=STAFF_KEEPERS, post=STAFF_KEEPERS),
    "staffing:stocktake_begin": staff(post=STAFF_KEEPERS),
    "staffing:stocktake": staff(get=STAFF_VIEWERS),
    "staffing:stocktake_count": staff(post=STAFF_KEEPERS),
    "staffing:stocktake_file": staff(get=STAFF_VIEWERS),
    # -- training
    "training:courses": staff(get=MEMBERS_OF_MEETINGS),
    "training:course_new": staff(get=TRAINERS, post=TRAINERS),
    "training:course": staff(get=MEMBERS_OF_MEETINGS),
    "training:course_edit": staff(get=TRAINERS, post=TRAINERS),
    "training:session_new": staff(get=TRAINERS, post=TRAINERS),
    "training:session": staff(get=MEMBERS_OF_MEETINGS),
    "training:session_edit": staff(get=TRAINERS, post=TRAINERS),
    "training:session_cancel": staff(post=TRAINERS),
    "training:session_file": staff(get=MEMBERS_OF_MEETINGS),
    "training:certificates": staff(get=MEMBERS_OF_MEETINGS),
    "training:hand_out": staff(get=TRAINERS, post=TRAINERS),
    "training:enrol": staff(get=TRAINERS, post=TRAINERS),
    "training:withdraw": staff(post=TRAINERS),
    "training:attendance": staff(get=TRAINERS, post=TRAINERS),
    "training:records": staff(get=MEMBERS_OF_MEETINGS),
    "training:records_file": staff(get=MEMBERS_OF_MEETINGS),
    "training:patrols": staff(get=MEMBERS_OF_MEETINGS),
    "training:patrols_file": staff(get=MEMBERS_OF_MEETINGS),
    "training:patrols_year": staff(get=MEMBERS_OF_MEETINGS),
    "training:patrols_plan": staff(get=TRAINERS, post=TRAINERS),
    "training:patrol": staff(get=MEMBERS_OF_MEETINGS),
    "training:patrol_file": staff(get=MEMBERS_OF_MEETINGS),
    "training:patrol_schedule": staff(get=TRAINERS, post=TRAINERS),
    "training:patrol_visit": staff(get=TRAINERS, post=TRAINERS),
    "training:patrol_cancel": staff(get=TRAINERS, post=TRAINERS),
    "training:finding_new": staff(get=TRAINERS, post=TRAINERS),
    # -- postoffices
    # -- documents
    "documents:list": staff(get=DOCUMENT_READERS),
    "documents:document": staff(get=DOCUMENT_READERS),
    "documents:pdf": staff(get=DOCUMENT_READERS),
    "documents:emergency": staff(get=DOCUMENT_READERS),
    "documents:page": staff(get=AUTHORS | {CITY_OFFICER}),
    "documents:confirm": staff(post=DOCUMENT_READERS),
    "documents:new": staff(get=AUTHORS, post=AUTHORS),
    "documents:edit": staff(get=AUTHORS, post=AUTHORS),
    "documents:submit": staff(post=AUTHORS),
    "documents:publish": staff(post=AUTHORS),
    "documents:version": staff(get=AUTHORS | {CITY_OFFICER}),
    "documents:readers": staff(get=AUTHORS | {CITY_OFFICER}),
    "documents:distribution": staff(get=AUTHORS | {CITY_OFFICER}, post=AUTHORS),
    # The city's role alone: an author never approves.
    "documents:approve": staff(post={CITY_OFFICER}),
    "documents:return": staff(post={CITY_OFFICER}),
    "postoffices:list": staff(get={BUREAU, MANAGER, ADMINISTRATOR}),
    "postoffices:office": staff(get={BUREAU, MANAGER, ADMINISTRATOR}),
    # -- notifications
    "notifications:list": staff(get={CITY_OFFICER, BUREAU, MANAGER}),
    "notifications:message": staff(get={CITY_OFFICER, BUREAU, MANAGER}),
    "notifications:resend": staff(post={CITY_OFFICER, BUREAU, MANAGER}),
    # -- reservations
    "reservations:list": staff(get={CLERK, CITY_OFFICER, BUREAU, OPERATOR, MANAGER}),
    "reservations:list_pdf": staff(get={CLERK, CITY_OFFICER, BUREAU, OPERATOR, MANAGER}),
    "reservations:list_csv": staff(get={CLERK, CITY_OFFICER, BUREAU, OPERATOR, MANAGER}),
    "reservations:list_xlsx": staff(get={CLERK, CITY_OFFICER, BUREAU, OPERATOR, MANAGER}),
    "reservations:calls": staff(get={BUREAU, OPERATOR}),
    "reservations:call_note": staff(post={BUREAU, OPERATOR}),
    "reservations:detail": staff(get={CLERK, CITY_OFFICER, BUREAU, OPERATOR, MANAGER}),
    # -- supply
    "supply:home": staff(get={BUREAU, MANAGER}),
    "supply:calendar": staff(get={BUREAU, MANAGER}),
    "supply:preview": staff(post={BUREAU, MANAGER}),
    "supply:save": staff(post={BUREAU, MANAGER}),
    "supply:week": staff(get={BUREAU, MANAGER}),
    "supply:week_preview": staff(post={BUREAU, MANAGER}),
    "supply:week_save": staff(post={BUREAU, MANAGER}),
    "supply:agreement": staff(get={BUREAU, MANAGER}, post={BUREAU, MANAGER}),
    "supply:stops": staff(get={BUREAU, MANAGER}, post={BUREAU, MANAGER}),
    "supply:stop_begin": staff(post={BUREAU, MANAGER}),
    "supply:stop": staff(get={BUREAU, MANAGER}),
    "supply:stop_lift": staff(post={BUREAU, MANAGER}),
    "supply:orphans": staff(get={BUREAU, OPERATOR, MANAGER}, post={BUREAU, OPERATOR, MANAGER}),
    "supply:orphan_called": staff(post={BUREAU, OPERATOR, MANAGER}),
    "supply:deadlines": staff(get={BUREAU, MANAGER}, post={BUREAU, MANAGER}),
    "supply:deadline_remove": staff(post={BUREAU, MANAGER}),
    "supply:horizon": staff(post={BUREAU, MANAGER}),
    "supply:horizon_save": staff(post={BUREAU, MANAGER}),
    "supply:links": staff(get={BUREAU, CITY_OFFICER, MANAGER}),
    "supply:link_code": staff(get={BUREAU, CITY_OFFICER, MANAGER}),
    "supply:holidays": staff(get={CITY_OFFICER}, post={CITY_OFFICER}),
    # -- the waiting list and fairness
    "waiting_list:list": staff(get={BUREAU, OPERATOR, MANAGER}),
    "waiting_list:called": staff(post={BUREAU, OPERATOR, MANAGER}),
    "waiting_list:take_up": staff(post=BOOKERS),
    "waiting_list:withdraw": staff(post={BUREAU, OPERATOR, MANAGER}),
    "fairness:dashboard": staff(get={MANAGER, ADMINISTRATOR}),
    "fairness:shield": staff(post={MANAGER, ADMINISTRATOR}),
    # -- keeping
    "keeping:storage": staff(get={MANAGER, ADMINISTRATOR}),
    "keeping:closing": staff(get={MANAGER, ADMINISTRATOR}, post={MANAGER, ADMINISTRATOR}),
    "keeping:certificate": staff(get={MANAGER, ADMINISTRATOR}),
    "handover:list": staff(get={BUREAU, CITY_OFFICER, MANAGER}, post={BUREAU, MANAGER}),
    "handover:handover": staff(get={BUREAU, CITY_OFFICER, MANAGER}, post={CITY_OFFICER}),
    "handover:pdf": staff(get={BUREAU, CITY_OFFICER, MANAGER}),
    "handover:xlsx": staff(get={BUREAU, CITY_OFFICER, MANAGER}),
    # -- applications
    "archive:search": staff(get={CITY_OFFICER, BUREAU, MANAGER}, post={CITY_OFFICER, BUREAU, MANAGER}),
    "archive:entry": staff(get={CITY_OFFICER, BUREAU, MANAGER}),
    "archive:document": staff(get={CITY_OFFICER, BUREAU, MANAGER}),
    "archive:hold": staff(post={CITY_OFFICER, MANAGER}),
    "archive:release": staff(post={CITY_OFFICER, MANAGER}),
    "archive:integrity": staff(get={CITY_OFFICER, MANAGER, AUDITOR}, post={CITY_OFFICER, MANAGER, AUDITOR}),
    "archive:integrity_run": staff(get={CITY_OFFICER, MANAGER, AUDITOR}),
    "scans:files": staff(get={BUREAU, MANAGER}, post={BUREAU, MANAGER}),
    "scans:upload_begin": staff(post={BUREAU, MANAGER}),
    "scans:upload": staff(get={BUREAU, MANAGER}),
    "scans:original_file": staff(get={BUREAU, MANAGER}),
    "scans:page": staff(get={BUREAU, MANAGER}, post={BUREAU, MANAGER}),
    "scans:picture": staff(get={BUREAU, MANAGER}),
    "scans:continue": staff(post={BUREAU, MANAGER}),
    "scans:set_aside": staff(post={BUREAU, MANAGER}),
    "scans:originals": staff(get={BUREAU, CITY_OFFICER, MANAGER}),
    "scans:pack": staff(post={BUREAU, MANAGER}),
    "scans:batch": staff(get={BUREAU, CITY_OFFICER, MANAGER}, post={BUREAU, CITY_OFFICER, MANAGER}),
    "scans:send": staff(post={BUREAU, MANAGER}),
    "scans:cover_list": staff(get={BUREAU, CITY_OFFICER, MANAGER}),
    "applications:existence": staff(get={CITY_OFFICER}, post={CITY_OFFICER}),
    "applications:check": staff(get={CITY_OFFICER}, post={CITY_OFFICER}),
    "applications:check_lists": staff(get={CITY_OFFICER}),
    "applications:check_list_make": staff(post={CITY_OFFICER}),
    "applications:check_list_xlsx": staff(post={CITY_OFFICER}),
    "applications:check_list_receive": staff(post={CITY_OFFICER}),
    "applications:check_return": staff(get={CITY_OFFICER}, post={CITY_OFFICER}),
    "applications:defects": staff(get={CITY_OFFICER, BUREAU, MANAGER}),
    "applications:defect": staff(get={CITY_OFFICER, BUREAU, MANAGER}, post={CITY_OFFICER, BUREAU, MANAGER}),
    "applications:notice": staff(post={CITY_OFFICER, BUREAU, MANAGER}),
    "applications:call": staff(post={CITY_OFFICER, BUREAU, MANAGER}),
    "applications:give_up": staff(post={CITY_OFFICER, BUREAU, MANAGER}),
    "applications:applicant": staff(get={CLERK}, post={CLERK}),
    "applications:assisted": staff(get={CLERK}, post={CLERK}),
    "applications:forms": staff(get={CLERK, BUREAU}),
    "applications:form_pdf": staff(get={CLERK, BUREAU}),
    "applications:correct": staff(get={BUREAU}, post={BUREAU}),
    "applications:booking_form_pdf": staff(post={CLERK, BUREAU}),
    "applications:day_list_pdf": staff(post={CLERK, BUREAU}),
    "applications:form_batch": staff(get={CLERK, BUREAU}),
    "applications:form_batch_progress": staff(get={CLERK, BUREAU}),
    "applications:form_batch_again": staff(post={CLERK, BUREAU}),
    "applications:form_batch_file": staff(get={CLERK, BUREAU}),
    "applications:day_forms_pdf": staff(post={CLERK, BUREAU}),
    # -- review, the city's end
    "review:queue": staff(get={REVIEWER}),
    "review:queue_list": staff(get={REVIEWER}),
    "review:claim_next": staff(post={REVIEWER}),
    "review:case": staff(get={REVIEWER}),
    "review:claim": staff(post={REVIEWER}),
    "review:extend": staff(post={REVIEWER}),
    "review:release": staff(post={REVIEWER}),
    "review:decide": staff(post={REVIEWER}),
    "review:hand_over": staff(post={REVIEWER}),
    "review:ask": staff(post={REVIEWER}),
    "review:talk": staff(get={REVIEWER}),
    "review:present": staff(post={REVIEWER}),
    "review:step_out": staff(post={REVIEWER}),
    "review:board": staff(get={CITY_OFFICER}),
    "review:looks": staff(get={CITY_OFFICER, MANAGER, AUDITOR}),
    "review:reassign": staff(post={CITY_OFFICER}),
    "review:signature": staff(get={REVIEWER}),
    "review:image": staff(get={CLERK, REVIEWER}),
    # -- the counter's end: the clerk's tablet
    "counters:day": staff(get={CLERK}),
    "counters:day_list": staff(get={CLERK}),
    "counters:scan": staff(post={CLERK}),
    "counters:call_next": staff(post={CLERK}),
    "counters:place": staff(post={CLERK}),
    "counters:call": staff(post={CLERK}),
    "counters:call_back": staff(post={CLERK}),
    "counters:terminal": staff(post={CLERK}),
    "counters:fees": staff(get={CLERK}, post={CLERK}),
    "counters:referral_pdf": staff(get={CLERK}),
    "counters:receipt": staff(get={CLERK}),
    "counters:receipt_print": staff(post={CLERK}),
    "counters:receipt_void": staff(post={CLERK}),
    "counters:cash": staff(get={CLERK}, post={CLERK}),
    "counters:cash_up": staff(get={CLERK}),
    "counters:cash_up_pdf": staff(get={CLERK}),
    "counters:support": staff(get={CLERK}, post={CLERK}),
    "counters:support_take_back": staff(post={CLERK}),
    "counters:screens": staff(get={CLERK, MANAGER}, post={CLERK, MANAGER}),
    "counters:screen_preview": staff(get={CLERK, MANAGER}),
    "counters:screen_close": staff(post={CLERK, MANAGER}),
    "counters:overseen": staff(get={MANAGER}),
    "counters:overseen_one": staff(get={MANAGER}),
    "counters:cash_up_see": staff(post={MANAGER}),
    "counters:overseen_pdf": staff(get={MANAGER}),
    # opened by a link that only its screen has, on the staff networks (tests/counters/test_displays.py)
    "display:screen": PUBLIC,
    "counters:walk_in": staff(get={CLERK}, post={CLERK}),
    "counters:booking": staff(get={CLERK}),
    "counters:arrive": staff(post={CLERK}),
    "counters:miss": staff(post={CLERK}),
    "counters:visit": staff(get={CLERK}),
    "counters:pane": staff(get={CLERK}),
    "counters:serve": staff(post={CLERK}),
    "counters:sign": staff(get={CLERK}, post={CLERK}),
    "counters:sign_on_paper": staff(post={CLERK}),
    "counters:finish": staff(get={CLERK}, post={CLERK}),
    "counters:leave": staff(post={CLERK}),
    "review:image_upload": staff(post={CLERK}),
    "review:pictures": staff(get={CLERK}),
    "review:talk_at_counter": staff(get={CLERK}),
    "review:answer": staff(post={CLERK}),
    "review:submit": staff(post={CLERK}),
    # the tablet's shell: nothing in it is about anybody
    "tablet:manifest": PUBLIC,
    "tablet:worker": PUBLIC,
    "tablet:offline": PUBLIC,
    "review:plan": staff(get={CLERK}, post={CLERK}),
    "review:tablet_key": staff(post={CLERK}),
    "review:upload_begin": staff(post={CLERK}),
    "review:upload": staff(get={CLERK}),
    "review:image_remove": staff(post={CLERK}),
    # -- the desk: bookings by telephone and at the counter
    "operator:desk": staff(get=BOOKERS),
    "operator:times": staff(get=BOOKERS, post=BOOKERS),
    "operator:take": staff(get=BOOKERS, post=BOOKERS),
    "operator:extend": staff(get=BOOKERS, post=BOOKERS),
    "operator:release": staff(get=BOOKERS, post=BOOKERS),
    "operator:leave": staff(get=BOOKERS, post=BOOKERS),
    "operator:book": staff(get=BOOKERS, post=BOOKERS),
    "operator:find": staff(get=BOOKERS, post=BOOKERS),
    "operator:move": staff(get=BOOKERS, post=BOOKERS),
    "operator:hold": staff(get=BOOKERS),
    "operator:booking": staff(get=BOOKERS),
    "operator:cancel": staff(post=BOOKERS),
    "operator:resend": staff(post=BOOKERS),
    # -- devices
    "devices:list": staff(get=DEVICE_READERS),
    "devices:places": staff(get=DEVICE_READERS),
    "devices:file": staff(get=DEVICE_READERS),
    "devices:device": staff(get=DEVICE_READERS),
    "devices:new": staff(get={DEVICE_KEEPER}, post={DEVICE_KEEPER}),
    "devices:edit": staff(get={DEVICE_KEEPER}, post={DEVICE_KEEPER}),
    "devices:move": staff(post={DEVICE_KEEPER}),
    "devices:lines": staff(get=DEVICE_READERS, post={DEVICE_KEEPER}),
    "devices:line_move": staff(post={DEVICE_KEEPER}),
    "devices:faults": staff(get=DEVICE_READERS),
    "devices:fault_new": staff(get={DEVICE_KEEPER}, post={DEVICE_KEEPER}),
    "devices:fault": staff(get=DEVICE_READERS, post={DEVICE_KEEPER}),
    "devices:fault_pdf": staff(get=DEVICE_READERS),
    "devices:command": staff(post={DEVICE_KEEPER}),
    "devices:where": staff(post={DEVICE_KEEPER}),
    # The second person may be the manager: a wipe needs two.
    "devices:wipe": staff(get={DEVICE_KEEPER, MANAGER}, post={DEVICE_KEEPER, MANAGER}),
    # signed by NanoMDM (tests/devices/test_mdm.py)
    "mdm:events": PUBLIC,
    "devices:kit": staff(post={DEVICE_KEEPER}),
    "devices:replace": staff(post={DEVICE_KEEPER}),
    "devices:erasures": staff(get=DEVICE_READERS, post={DEVICE_KEEPER}),
    # The keeper erases and hands in, the city confirms and approves (tests/devices/test_leaving.py).
    "devices:erasure": staff(get=DEVICE_READERS, post={DEVICE_KEEPER}),
    "devices:erasure_pdf": staff(get=DEVICE_READERS),
    "devices:consumables": staff(get=DEVICE_READERS, post={DEVICE_KEEPER}),
    "devices:own": staff(get={CLERK}, post={CLERK}),
    # -- helpdesk
    "helpdesk:call_log": staff(get=HELPERS),
    "helpdesk:calls": staff(get=ANSWERERS),
    "helpdesk:find": staff(post=ANSWERERS),
    "helpdesk:call_take": staff(post=ANSWERERS),
    "helpdesk:call": staff(get=ANSWERERS),
    "helpdesk:call_answer": staff(post=ANSWERERS),
    "helpdesk:call_finish": staff(post=ANSWERERS),
    "helpdesk:callbacks": staff(get=ANSWERERS),
    "helpdesk:callback_tried": staff(post=ANSWERERS),
    "helpdesk:mails": staff(get=HELPERS),
    "helpdesk:mail": staff(get=HELPERS),
    "helpdesk:mail_original": staff(get=HELPERS),
    "helpdesk:mail_open": staff(post=HELPERS),
    "helpdesk:mail_settle": staff(post=HELPERS),
    "helpdesk:office_questions": staff(get={CLERK}),
    "helpdesk:office_new": staff(get={CLERK}, post={CLERK}),
    "helpdesk:office_question": staff(get={CLERK}),
    "helpdesk:office_more": staff(post={CLERK}),
    "helpdesk:office_solved": staff(post={CLERK}),
    "helpdesk:questions": staff(get=HELPERS),
    "helpdesk:question_new": staff(get=HELPERS, post=HELPERS),
    "helpdesk:question": staff(get=HELPERS, post=HELPERS),
    "helpdesk:question_judge": staff(post=HELPERS),
    "helpdesk:question_missed": staff(post=HELPERS),
    # Who writes documents, and has a desk's questions before them.
    "helpdesk:question_collection": staff(post={BUREAU, MANAGER}),
    "helpdesk:tickets": staff(get=INQUIRY_READERS, post=INQUIRY_READERS),
    "helpdesk:ticket_new": staff(get=HELPERS, post=HELPERS),
    "helpdesk:ticket": staff(get=INQUIRY_READERS),
    "helpdesk:ticket_attachment": staff(get=INQUIRY_READERS),
    "helpdesk:ticket_report": staff(get=INQUIRY_READERS),
    "helpdesk:ticket_take": staff(post=HELPERS),
    "helpdesk:ticket_hand_over": staff(post=HELPERS),
    "helpdesk:ticket_move": staff(post=HELPERS),
    "helpdesk:ticket_sort": staff(post=HELPERS),
    "helpdesk:ticket_note": staff(post=HELPERS),
    "helpdesk:ticket_attach": staff(post=HELPERS),
    "helpdesk:ticket_step": staff(post=HELPERS),
    "helpdesk:ticket_moment": staff(post=HELPERS),
    "helpdesk:ticket_findings": staff(post=HELPERS),
    "helpdesk:ticket_join": staff(post=HELPERS),
    "helpdesk:ticket_split": staff(post=HELPERS),
    "helpdesk:ticket_callback": staff(post=HELPERS),
    "helpdesk:ticket_watch": staff(post=HELPERS),
    "helpdesk:figures": staff(get={BUREAU, MANAGER, CITY_OFFICER, AUDITOR}),
    "helpdesk:figures_file": staff(get={BUREAU, MANAGER, CITY_OFFICER, AUDITOR}),
    "helpdesk:files": staff(get={BUREAU, MANAGER}, post={BUREAU, MANAGER}),
    "helpdesk:file": staff(get={BUREAU, MANAGER}),
    "helpdesk:file_take": staff(post={BUREAU, MANAGER}),
    "inquiry:ask": PUBLIC,
    "inquiry:sent": PUBLIC,
    "telephone:now": PUBLIC,
    "telephone:calls": PUBLIC,
    "helpdesk:ticket_see": staff(post={CITY_OFFICER}),
    "helpdesk:ticket_answer": staff(post={CITY_OFFICER}),
    # -- reports
    "reports:list": staff(get={CITY_OFFICER, MANAGER, AUDITOR}, post={MANAGER}),
    "reports:report": staff(get={CITY_OFFICER, MANAGER, AUDITOR}),
    "reports:progress": staff(get={CITY_OFFICER, MANAGER, AUDITOR}),
    "reports:remarks": staff(post={MANAGER}),
    "reports:file": staff(get={CITY_OFFICER, MANAGER, AUDITOR}),
    # -- audit
    "audit:events": staff(get={AUDITOR, ADMINISTRATOR}),
}

# Django's admin makes its routes by itself: one rule for all of them (see test_admin.py).
ADMIN_NAMESPACE = "admin:"
