from django.urls import path

from accounts.views import own, people, shift, sign_in, start

app_name = "accounts"

urlpatterns = [
    path("", start.start, name="start"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.code, name="code"),
    path("sign-in/enrol/", sign_in.enrol, name="enrol"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("change-code/", shift.change_code, name="change_code"),
    path("hand-over/", shift.hand_over, name="hand_over"),
    path("take-up/", shift.take_up, name="take_up"),
    path("password/", sign_in.password, name="password"),
    path("own/", own.own, name="own"),
    path("own/keys/<int:pk>/remove/", own.key_remove_own, name="own_key_remove"),
    path("people/", people.people, name="people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="person_deactivate"),
    path("people/<int:pk>/activate/", people.activate, name="person_activate"),
    path("people/<int:pk>/reset-second-factor/", people.reset_second_factor, name="person_reset_second_factor"),
    path("people/<int:pk>/keys/<int:key_pk>/remove/", people.remove_key, name="person_key_remove"),
    path("people/<int:pk>/reset-password/", people.reset_password, name="person_reset_password"),
]
