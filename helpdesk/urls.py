"""The desks' addresses, below /staff/helpdesk/."""

from django.urls import include, path

from helpdesk.views import callbacks, calls, figures, log, tickets, work

app_name = "helpdesk"

urlpatterns = [
    path("", calls.calls, name="calls"),
    path("find/", calls.find, name="find"),
    path("calls/log/", log.log, name="call_log"),
    path("calls/take/", calls.take, name="call_take"),
    path("calls/<int:pk>/", calls.call, name="call"),
    path("calls/<int:pk>/answer/", calls.answer, name="call_answer"),
    path("calls/<int:pk>/finish/", calls.finish, name="call_finish"),
    path("callbacks/", callbacks.callbacks, name="callbacks"),
    path("callbacks/<int:pk>/", callbacks.tried, name="callback_tried"),
    path("mails/", include("helpdesk.mails.urls")),
    path("office/", include("helpdesk.offices.urls")),
    path("questions/", include("helpdesk.questions.urls")),
    path("tickets/", tickets.tickets, name="tickets"),
    path("tickets/new/", tickets.ticket_new, name="ticket_new"),
    path("tickets/<int:pk>/", tickets.ticket, name="ticket"),
    path("tickets/<int:pk>/take/", work.take, name="ticket_take"),
    path("tickets/<int:pk>/owner/", work.hand_over, name="ticket_hand_over"),
    path("tickets/<int:pk>/move/", work.move, name="ticket_move"),
    path("tickets/<int:pk>/sort/", work.sort, name="ticket_sort"),
    path("tickets/<int:pk>/note/", work.note, name="ticket_note"),
    path("tickets/<int:pk>/attach/", work.attach, name="ticket_attach"),
    path("tickets/<int:ticket>/attachments/<int:pk>/", work.attachment, name="ticket_attachment"),
    path("tickets/<int:ticket>/steps/<int:pk>/", work.step, name="ticket_step"),
    path("tickets/<int:pk>/moment/", work.moment, name="ticket_moment"),
    path("tickets/<int:pk>/findings/", work.findings, name="ticket_findings"),
    path("tickets/<int:pk>/join/", work.join, name="ticket_join"),
    path("tickets/<int:pk>/split/", work.split, name="ticket_split"),
    path("tickets/<int:pk>/callback/", work.call_back, name="ticket_callback"),
    path("tickets/<int:pk>/watch/", work.watch, name="ticket_watch"),
    path("tickets/<int:pk>/see/", work.see, name="ticket_see"),
    path("tickets/<int:pk>/answer/", work.answer, name="ticket_answer"),
    path("tickets/<int:pk>/report.pdf", work.report, name="ticket_report"),
    path("figures/", figures.figures, name="figures"),
    path("figures/figures.xlsx", figures.figures_file, name="figures_file"),
    path("files/", figures.files, name="files"),
    path("files/<int:pk>/", figures.file, name="file"),
    path("files/<int:pk>/take/", figures.file_take, name="file_take"),
]
