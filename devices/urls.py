from django.urls import path

from devices.views import consumables, faults, leaving, lines, mdm, register

app_name = "devices"

urlpatterns = [
    path("", register.device_list, name="list"),
    path("places/", register.by_place, name="places"),
    path("register.<slug:form>", register.register_file, name="file"),
    path("new/", register.new, name="new"),
    path("<int:pk>/", register.device, name="device"),
    path("<int:pk>/edit/", register.edit, name="edit"),
    path("<int:pk>/move/", register.move, name="move"),
    path("<int:pk>/command/", mdm.command, name="command"),
    path("<int:pk>/where/", mdm.places, name="where"),
    path("<int:pk>/wipe/", mdm.wipe, name="wipe"),
    path("lines/", lines.lines, name="lines"),
    path("lines/<int:pk>/", lines.line_move, name="line_move"),
    path("faults/", faults.faults, name="faults"),
    path("faults/new/", faults.fault_new, name="fault_new"),
    path("faults/<int:pk>/", faults.fault, name="fault"),
    path("faults/<int:pk>.pdf", faults.fault_pdf, name="fault_pdf"),
    path("faults/<int:pk>/replace/", leaving.replace, name="replace"),
    path("<int:pk>/kit/", leaving.kit, name="kit"),
    path("erasures/", leaving.erasures, name="erasures"),
    path("erasures/<int:pk>/", leaving.erasure, name="erasure"),
    path("erasures/<int:pk>.pdf", leaving.erasure_pdf, name="erasure_pdf"),
    path("consumables/", consumables.consumables, name="consumables"),
    path("own/", faults.own, name="own"),
]
