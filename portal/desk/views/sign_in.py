"""Sign-in and sign-out, setting a password by a link, and the page about one's own account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from branches.models import PartyOrganization
from portal.core import audit
from portal.core.models import RoleGrant, User
from portal.core.pages import requires, scope_of_request
from portal.core.roles import ADMINISTRATORS
from portal.desk.own_changes import own_changes


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
        """The grants in force today, and what the account changed last."""
        account, scope = cast(User, self.request.user), scope_of_request(self.request)
        own = own_changes(account, scope) if scope.can("see-registers") else []
        return super().get_context_data(
            grants=[granted(grant) for grant in account.grants_on(scope.day)], own_changes=own, **kwargs
        )


@require_POST
@requires("see-registers")
def digest(request: HttpRequest) -> HttpResponse:
    """每日待办邮件, on or off; on only for an account that has an address."""
    account, wanted = cast(User, request.user), request.POST.get("digest") == "on"
    if wanted and not account.email:
        messages.error(request, "这个账号没有登记邮箱，不能订阅。请联系平台管理员登记邮箱后再打开。")
    elif wanted != account.wants_digest:
        _subscribe(account, wanted)
        messages.success(request, f"已打开，有待办的日子发到 {account.email}。" if wanted else "已停发每日待办邮件。")
    return redirect("account")


@transaction.atomic
def _subscribe(account: User, wanted: bool) -> None:
    change = audit.ChangeOf("accounts", account.username, "每日待办邮件", account.wants_digest, wanted)
    account.wants_digest = wanted
    account.save(update_fields=["wants_digest"])
    audit.record(actor=account, action="订阅待办邮件", subject=account.username, changes=[change])
