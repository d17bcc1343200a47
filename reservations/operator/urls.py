"""The desk's addresses, below /staff/desk/."""

from django.urls import path

from reservations.operator.views import booking, bookings

app_name = "operator"

urlpatterns = [
    path("", booking.desk, name="desk"),
    path("times/", booking.times, name="times"),
    path("take/", booking.take, name="take"),
    path("extend/", booking.extend, name="extend"),
    path("release/", booking.release, name="release"),
    path("leave/", booking.leave, name="leave"),
    path("book/", booking.book, name="book"),
    path("find/", bookings.find, name="find"),
    path("move/", bookings.move, name="move"),
    path("hold/<str:token>/", booking.hold, name="hold"),
    path("booking/<str:number>/", bookings.booking, name="booking"),
    path("booking/<str:number>/cancel/", bookings.cancel, name="cancel"),
    path("booking/<str:number>/resend/", bookings.resend, name="resend"),
]
