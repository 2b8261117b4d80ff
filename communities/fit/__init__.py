"""Fit (契合度): which needs of a pool a text is about.

Pages and commands call `communities.fit.ranking:rank_needs`. Nothing is imported here, because the
models read `communities.fit.lexicon`.
"""
