"""What a password must be, said in Chinese where Django's own translation has no words."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator


class Length(MinimumLengthValidator):
    """At least `min_length` characters."""

    def get_error_message(self) -> str:
        """What to say of a shorter one."""
        return f"密码太短，至少要 {self.min_length} 个字符。"
