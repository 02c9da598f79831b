"""Undo: one's own last change, while nothing later touched it.

In prose. An action by hand left the exact rows before and after. It can be undone by whoever did it, as long as each
of these rows still looks as it was left, nothing new hangs on a row that it made, and the account may still change the
record. Undoing writes the rows as they were before and is an action of its own, with its own audit entry; so undoing
can be undone. An import is one action on the rows of several registers, and is undone by the same rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.deletion import ProtectedError, RestrictedError

from portal.core import audit
from portal.core.audit import ChangeOf
from portal.core.entry import images
from portal.core.entry.saving import follow
from portal.core.imports import engine
from portal.core.imports.register import registers
from portal.core.imports.run import everyone
from portal.core.models import AuditEntry, User
from portal.core.scoping import Scope
from portal.core.validity import SHANGHAI


class CannotUndo(ValueError):
    """The action cannot be undone; the message is a Chinese sentence for the user."""


def registers_of(entry: AuditEntry) -> list[str]:
    """The registers that an action wrote, by kind: one by hand, several by a file."""
    detail = entry.detail
    return list(dict.fromkeys(detail["registers"])) if "registers" in detail else [detail["register"]]


def last(actor: User) -> AuditEntry | None:
    """The account's last action by hand, where it was not undone already."""
    return AuditEntry.objects.filter(actor=actor, images__isnull=False, undone_by=None).order_by("-id").first()


def check(entry: AuditEntry, actor: User, scope: Scope) -> list[images.Difference]:
    """The rows that undoing would write back. Raises CannotUndo."""
    if entry.actor_id != actor.pk:
        raise CannotUndo("只能撤销自己的操作。")
    if AuditEntry.objects.filter(undoes=entry).exists():
        raise CannotUndo("这一步已经撤销过了。")
    found = images.kept(entry)
    if not found:
        raise CannotUndo("这一步没有留下可撤销的内容。")
    now = images.current(found)
    if any(now.get((one.table, one.row)) != one.after for one in found):
        raise CannotUndo("之后又有新的修改,不能直接撤销;请在记录上更正。")
    if not _may_change(entry, found, scope):
        raise CannotUndo("这条记录现在不归您的单位负责,不能撤销。")
    if hanging := _hanging(found):
        raise CannotUndo(f"之后又有别的记录与它相关({hanging}),不能撤销。")
    return found


def _made(found: list[images.Difference]) -> list[images.Difference]:
    return [one for one in found if one.before is None]


def _may_change(entry: AuditEntry, found: list[images.Difference], scope: Scope) -> bool:
    """Whether the account may still change every stored row of the registers; rows that are gone it may bring back."""
    for kind in registers_of(entry):
        register, keys = registers()[kind], _stored_keys(kind, found)
        if not register.may_add(scope) or register.changeable(scope).filter(pk__in=keys).count() != len(keys):
            return False
    return True


def possible(entries: Collection[AuditEntry], actor: User, scope: Scope) -> set[int]:
    """Which of these actions by hand (by primary key) `check` would let the account undo; a few statements for all.

    An import is undone on its own page, which says how much that is.
    """
    own = {entry.pk: entry for entry in entries if entry.actor_id == actor.pk and "register" in entry.detail}
    found = images.kept_of(own, undone=False)
    now = images.current(one for ones in found.values() for one in ones)
    found = {pk: ones for pk, ones in found.items() if all(now.get((o.table, o.row)) == o.after for o in ones)}
    found = {pk: found[pk] for pk in _changeable({own[pk]: ones for pk, ones in found.items()}, scope)}
    return found.keys() - _leaned_on(found)


def _changeable(found: Mapping[AuditEntry, list[images.Difference]], scope: Scope) -> set[int]:
    """The actions whose rows the account may still change; one statement for all registers."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry, ones in found.items():
        wanted[entry.detail["register"]] |= _stored_keys(entry.detail["register"], ones)
    known = {kind: register for kind in wanted if (register := registers()[kind]).may_add(scope)}
    rows = [
        register.changeable(scope).filter(pk__in=wanted[kind]).order_by().values_list(_word(kind), "pk")
        for kind, register in known.items()
    ]
    allowed = _together(rows)
    return {
        entry.pk
        for entry, ones in found.items()
        if entry.detail["register"] in known
        and all((entry.detail["register"], key) in allowed for key in _stored_keys(entry.detail["register"], ones))
    }


def _leaned_on(found: Mapping[int, list[images.Difference]]) -> set[int]:
    """The actions on whose new rows something else hangs: a row of another of these actions, or of anybody; one
    statement."""
    made = {(one.table, one.row): pk for pk, ones in found.items() for one in _made(ones)}
    own = {pk: {(one.table, one.row) for one in ones} for pk, ones in found.items()}
    rows = []
    for model, keys in images.by_model(_made([one for ones in found.values() for one in ones])).items():
        for other, name in _hangers(model):
            hung = everyone(other).filter(**{f"{name}__in": keys}).order_by()
            labels = _word(model._meta.label_lower), _word(other._meta.label_lower)
            rows.append(hung.values_list(*labels, F(f"{name}_id"), "pk"))
    leaned = {(made[table, row], (other, pk)) for table, other, row, pk in _together(rows)}
    return {pk for pk, place in leaned if place not in own[pk]}


def _hangers(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Where rows hang on a model that are records of their own: (model, name of its foreign key)."""
    for relation in model._meta.related_objects:
        other = relation.related_model
        if isinstance(other, type) and not getattr(other, "derived", False):
            yield other, relation.field.name


def _word(text: str) -> Value:
    return Value(text, output_field=CharField())


def _together(rows: Sequence[QuerySet[Any, Any]]) -> set[tuple[Any, ...]]:
    """The rows of all these queries of the same shape; at most one statement."""
    return set(rows[0].union(*rows[1:], all=True)) if rows else set()


def _hanging(found: list[images.Difference]) -> str:
    """What other rows hang on the rows that these differences made, in words."""
    own = {(one.table, one.row) for one in found}
    words = set()
    for model, keys in images.by_model(_made(found)).items():
        for other, name in _hangers(model):
            hung = everyone(other).filter(**{f"{name}__in": keys}).order_by().values_list("pk", flat=True)
            if any((other._meta.label_lower, pk) not in own for pk in hung):
                words.add(str(other._meta.verbose_name))
    return "、".join(sorted(words))


def _leaning(found: list[images.Difference]) -> list[images.Difference]:
    """The changed rows that now hang on a row that the action made: they let go of it before it goes."""
    made = images.by_model(_made(found))
    return [
        one
        for one in found
        if one.before and one.after
        for attname, model in images.above(apps.get_model(one.table)).items()
        if one.after[attname] in made.get(model, ())
    ]


def _carried(entry: AuditEntry, found: list[images.Difference]) -> list[images.Difference]:
    """What will go with the rows that the action made, besides them."""
    own = {(one.table, one.row) for one in found}
    there: images.Images = {}
    for register in (registers()[kind] for kind in registers_of(entry)):
        label = register.model._meta.label_lower
        there |= images.take(register.carried(one.row for one in _made(found) if one.table == label))
    return [images.Difference(*key, image, None) for key, image in there.items() if key not in own]


def _stored_keys(kind: str, found: list[images.Difference]) -> set[int]:
    """The rows of a register that stand now."""
    label = registers()[kind].model._meta.label_lower
    return {one.row for one in found if one.table == label and one.after is not None}


def _take_away(made: list[images.Difference]) -> None:
    """Delete the rows that the action made. Raises CannotUndo where what follows from others still needs them."""
    try:
        for model, keys in sorted(images.by_model(made).items(), key=lambda item: -images.depth(item[0])):
            everyone(model).filter(pk__in=keys).delete()
    except (ProtectedError, RestrictedError):
        raise CannotUndo("还有别的内容由它得出,不能撤销;请在记录上更正。") from None


@transaction.atomic
def undo(entry: AuditEntry, actor: User, scope: Scope) -> AuditEntry:
    """Write back what stood before the action. Raises CannotUndo and changes nothing then."""
    engine.alone()
    found = check(entry, actor, scope)
    carried = _carried(entry, found)
    images.write(_leaning(found))
    _take_away(_made(found))
    images.write(found)
    back = [images.Difference(one.table, one.row, one.after, one.before) for one in found] + carried
    follow(back)
    undone = audit.record(
        actor=actor,
        action=f"撤销：{entry.action.removeprefix('撤销：')}"[:48],
        subject=entry.subject,
        reason=f"撤销 {entry.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 的“{entry.action}”",
        changes=[ChangeOf(c.register, c.key, c.column, c.after, c.before) for c in entry.changes.order_by("id")],
        detail=entry.detail,
        undoes=entry,
    )
    images.keep(undone, back)
    return undone
