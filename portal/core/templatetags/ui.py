"""Small pieces of pages: figures, dates, signs."""

from django import template

register = template.Library()
