"""The servers of a first run and of the tests: PostgreSQL and Valkey without an administrator.

Nothing here is used in production, where DATABASE_URL and REDIS_URL name real servers.
"""
