"""Django's settings, chosen by HOLDFAST_ENV: "development" (the default) or "production"."""

from qms.settings.environment import production

if production:
    from qms.settings.production import *  # noqa: F403
else:
    from qms.settings.development import *  # noqa: F403
