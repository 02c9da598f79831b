"""Sign-in and sign-out, setting a password by a link, and the page about one's own account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import reverse_lazy
from django.views.generic import TemplateView

from branches.models import PartyOrganization
from portal.core.models import RoleGrant
from portal.core.roles import ADMINISTRATORS
from portal.core.validity import active_on, today


class SignInForm(AuthenticationForm):
    """用户名 and 密码."""

    error_messages = {
        "invalid_login": "用户名或密码不对。请检查大小写后重试；连续输错 5 次将锁定 20 分钟。",
        "inactive": "这个账号已停用，请联系平台管理员。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].error_messages["required"] = "请填写用户名。"
        self.fields["password"].error_messages["required"] = "请填写密码。"


class SignIn(views.LoginView):
    """The door: where one came from is where one goes on."""

    form_class = SignInForm
    template_name = "registration/sign_in.html"
    redirect_authenticated_user = True


class SetPassword(views.PasswordResetConfirmView):
    """The page of a set-password link: valid once, and only until the password is set."""

    template_name = "registration/set_password.html"
    success_url = reverse_lazy("sign-in")
    title = "设置密码"


@dataclass(frozen=True)
class Granted:
    """One role of an account, in words."""

    role: str
    where: str
    until: Any


def granted(grant: RoleGrant) -> Granted:
    """What a grant says: the role, what it is bound to, until when."""
    where = "平台管理，不含登记簿" if grant.role in ADMINISTRATORS else "全市"
    if grant.unit:
        where = grant.unit.name
    elif grant.party_organization:
        party = PartyOrganization.objects.everyone().filter(code=grant.party_organization).first()
        where = party.name if party else grant.party_organization
    elif grant.instructor:
        where = f"人员编号 {grant.instructor}"
    return Granted(grant.get_role_display(), where, grant.valid_to)


class Account(LoginRequiredMixin, TemplateView):
    """我的: name, roles and what they reach, sign-out."""

    template_name = "registration/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The grants in force today."""
        grants = self.request.user.grants.filter(active_on(today())).select_related("unit")  # type: ignore[union-attr]
        return super().get_context_data(grants=[granted(grant) for grant in grants], **kwargs)
