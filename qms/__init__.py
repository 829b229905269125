"""Holdfast's roof: settings, addresses, the Celery application, health. Nothing imports it."""

from qms.celery import app as celery_app

__all__ = ("celery_app",)
