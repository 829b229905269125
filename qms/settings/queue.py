"""Celery's settings. The broker only nudges: truth is the outbox row, so nothing here keeps results."""

from qms.settings.environment import env

VISIBILITY_TIMEOUT = 3600  # seconds; longer than the longest task, and nothing is ever scheduled beyond it

REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
_transport = {
    "visibility_timeout": VISIBILITY_TIMEOUT,
    "socket_connect_timeout": 3,  # a broker that hangs must not hold up the page that nudges it
    "socket_timeout": 10,
    "health_check_interval": 20,
    "retry_on_timeout": True,
}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_TRANSPORT_OPTIONS = _transport
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = _transport
CELERY_VISIBILITY_TIMEOUT = VISIBILITY_TIMEOUT
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 600
CELERY_TASK_TIME_LIMIT = 900
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True

# The one entry of the clock. What is due when is said by the apps and claimed in the database, so a
# second clock, or a late one, does no harm.
TICK = env.float("HOLDFAST_TICK", 20.0)
LEASE = env.float("HOLDFAST_LEASE", 20.0)  # seconds a message is left to its worker between claim and work
CELERY_BEAT_SCHEDULE = {"tick": {"task": "jobs.tick", "schedule": TICK, "options": {"expires": TICK}}}
