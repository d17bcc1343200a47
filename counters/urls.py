from django.urls import path

from counters.views import calling, cash, day, displays, fees, support, visit

app_name = "counters"

urlpatterns = [
    path("", day.day, name="day"),
    path("list/", day.day_list, name="day_list"),
    path("scan/", day.scan, name="scan"),
    path("walk-in/", day.walk_in, name="walk_in"),
    path("bookings/<str:number>/", day.booking, name="booking"),
    path("bookings/<str:number>/arrive/", day.arrive, name="arrive"),
    path("bookings/<str:number>/miss/", day.miss, name="miss"),
    path("call-next/", calling.call_next, name="call_next"),
    path("place/", calling.place, name="place"),
    path("visits/<int:pk>/", visit.visit, name="visit"),
    path("visits/<int:pk>/pane/", visit.visit_pane, name="pane"),
    path("visits/<int:pk>/call/", calling.call, name="call"),
    path("visits/<int:pk>/call-back/", calling.call_back, name="call_back"),
    path("visits/<int:pk>/serve/", visit.serve, name="serve"),
    path("visits/<int:pk>/sign/", visit.sign, name="sign"),
    path("visits/<int:pk>/sign-on-paper/", visit.sign_on_paper, name="sign_on_paper"),
    path("visits/<int:pk>/terminal/", visit.terminal, name="terminal"),
    path("visits/<int:pk>/fees/", fees.fees, name="fees"),
    path("visits/<int:pk>/referral.pdf", fees.referral_paper, name="referral_pdf"),
    path("visits/<int:pk>/finish/", visit.finish, name="finish"),
    path("visits/<int:pk>/leave/", visit.leave, name="leave"),
    path("receipts/<int:pk>/", fees.receipt, name="receipt"),
    path("receipts/<int:pk>/print/", fees.receipt_paper, name="receipt_print"),
    path("receipts/<int:pk>/void/", fees.receipt_take_back, name="receipt_void"),
    path("cash/", cash.cash, name="cash"),
    path("cash/<int:pk>/", cash.cash_up, name="cash_up"),
    path("cash/<int:pk>/cash-up.pdf", cash.cash_up_paper, name="cash_up_pdf"),
    path("support/", support.support, name="support"),
    path("support/<int:pk>/take-back/", support.take_back, name="support_take_back"),
    path("screens/", displays.screens, name="screens"),
    path("screens/<int:pk>/", displays.preview, name="screen_preview"),
    path("screens/<int:pk>/close/", displays.close, name="screen_close"),
    path("cash-ups/", cash.overseen, name="overseen"),
    path("cash-ups/<int:pk>/", cash.overseen_one, name="overseen_one"),
    path("cash-ups/<int:pk>/see/", cash.see, name="cash_up_see"),
    path("cash-ups/<int:pk>/cash-up.pdf", cash.overseen_paper, name="overseen_pdf"),
]
