"""复制简报文字: the figures of a page as plain text, to paste into a message."""

from __future__ import annotations

from collections.abc import Sequence

from portal.core import indicators
from portal.core.indicators import Rate
from portal.desk.figures import MeterCard, Question

#: how many groups a text names
NAMED = 5


def brief(question: Question, cards: Sequence[MeterCard], groups: Sequence[Rate] = (), measure: str = "") -> str:
    """Day, both rates, how many are missing, the other definition, and the groups that miss most."""
    day = question.day
    how = "存档" if question.stored else "实时"
    lines = [f"截至{day.year}年{day.month}月{day.day}日（{how}）："]
    lines += [_card(question, card) for card in cards]
    short = sorted((rate for rate in groups if rate.shortfall), key=lambda rate: -rate.shortfall)[:NAMED]
    if short:
        named = "、".join(f"{rate.group_name} {rate.shortfall:,} 家" for rate in short)
        lines.append(
            f"按{measure}看，{indicators.indicator(short[0].indicator).name}还差较多的：{named}。各组还差数不相加。"
        )
    return "\n".join(lines)


def _card(question: Question, card: MeterCard) -> str:
    here, there = ("剔除后口径", "全口径") if question.adjusted else ("全口径", "剔除后")
    parts = [f"{card.title}应覆盖社会组织 {card.eligible:,} 家（{here}）", *(_rate(one.rate) for one in card.meters)]
    text = "；".join(parts) + "。"
    if card.excluded:
        others = "，".join(f"{indicators.indicator(rate.indicator).name} {percent(rate)}" for rate in card.others)
        text += f"不计入 {card.excluded:,} 家，{there}{others}。"
    return text


def _rate(rate: Rate) -> str:
    text = f"{indicators.indicator(rate.indicator).name} {percent(rate)}（已覆盖 {rate.met:,} 家"
    if rate.target is None or rate.meets is None:
        return f"{text}）"
    stand = f"已达 {rate.target}%" if rate.meets else f"距 {rate.target}% 还差 {rate.shortfall:,} 家"
    return f"{text}，{stand}）"


def percent(rate: Rate) -> str:
    """A rate with its sign, — where nothing is eligible."""
    return f"{rate.rate}%" if rate.rate is not None else "—"
