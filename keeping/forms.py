"""What the two people type who confirm the end of the contract."""

from typing import Any

from django import forms

from accounts.forms import FactorForm


class ConfirmForm(FactorForm):
    """The second factor, given again, and the city's name typed: nobody erases everything by a slip."""

    city = forms.CharField(label="市の名前", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    field_order = ["city", "code", "key"]

    def __init__(self, *args: Any, city_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.city_name = city_name
        self.fields["city"].help_text = f"「{city_name}」と入力してください。"

    def clean_city(self) -> str:
        typed: str = self.cleaned_data["city"].strip()
        if typed != self.city_name:
            raise forms.ValidationError(f"「{self.city_name}」と入力してください。")
        return typed
