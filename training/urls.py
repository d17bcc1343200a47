from django.urls import path

from training.views import courses, patrols

app_name = "training"

urlpatterns = [
    path("", courses.courses, name="courses"),
    path("new/", courses.course_new, name="course_new"),
    path("records/", courses.records, name="records"),
    path("records.xlsx", courses.records_file, name="records_file"),
    path("<int:pk>/", courses.course, name="course"),
    path("<int:pk>/edit/", courses.course_edit, name="course_edit"),
    path("<int:pk>/sessions/new/", courses.session_new, name="session_new"),
    path("sessions/<int:pk>/", courses.session, name="session"),
    path("sessions/<int:pk>.pdf", courses.session_file, name="session_file"),
    path("sessions/<int:pk>/certificates.pdf", courses.certificates, name="certificates"),
    path("sessions/<int:pk>/edit/", courses.session_edit, name="session_edit"),
    path("sessions/<int:pk>/cancel/", courses.cancel, name="session_cancel"),
    path("sessions/<int:pk>/enrol/", courses.enrol_people, name="enrol"),
    path("sessions/<int:pk>/attendance/", courses.attendance, name="attendance"),
    path("sessions/<int:pk>/hand-out/", courses.hand_out, name="hand_out"),
    path("enrolments/<int:pk>/withdraw/", courses.withdraw, name="withdraw"),
    path("patrols/", patrols.patrols, name="patrols"),
    path("patrols.pdf", patrols.patrols_file, name="patrols_file"),
    path("patrols/year/", patrols.year, name="patrols_year"),
    path("patrols/plan/", patrols.plan, name="patrols_plan"),
    path("patrols/<int:pk>/", patrols.patrol, name="patrol"),
    path("patrols/<int:pk>.pdf", patrols.patrol_file, name="patrol_file"),
    path("patrols/<int:pk>/schedule/", patrols.schedule, name="patrol_schedule"),
    path("patrols/<int:pk>/visit/", patrols.visit, name="patrol_visit"),
    path("patrols/<int:pk>/cancel/", patrols.cancel, name="patrol_cancel"),
    path("patrols/<int:pk>/findings/", patrols.finding_new, name="finding_new"),
]
