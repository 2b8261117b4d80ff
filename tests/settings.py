"""The settings under test: chosen before anything else is read."""

import os

os.environ["MINSHENG_ENV"] = "test"
for name in ("MINSHENG_DEBUG", "MINSHENG_DEMO", "MINSHENG_CHAIN_HASH", "MINSHENG_FIT", "REDIS_URL"):
    os.environ.pop(name, None)
for name in ("MINSHENG_MAIL", "MINSHENG_SMS", "MINSHENG_SITE_URL", "MINSHENG_TURN_LIMITS"):
    os.environ.pop(name, None)

from minsheng.settings import *  # noqa: E402, F403  the environment above decides first; all of them
