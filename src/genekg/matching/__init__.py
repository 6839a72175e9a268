"""Matching a patient's symptoms to conditions, on the arrays of a build.

``ranking.Matcher`` is the way in: it scores every condition at once. ``frequencies``, ``kin`` and
``index`` compose what it reads, ``scoring`` and ``context`` are the likelihood ratios.
"""
