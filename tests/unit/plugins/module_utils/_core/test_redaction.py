# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
from urllib.parse import quote, quote_plus

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.redaction import MASK, Redactor

URI = "mongodb://updates:p%40ss%20w%2Ford@127.0.0.1:27017/?authSource=admin"


@pytest.mark.parametrize(
    "form",
    [URI, quote(URI), quote(URI, safe=""), quote_plus(URI), base64.b64encode(URI.encode()).decode()]
    + ["p%40ss%20w%2Ford", "p@ss w/ord", quote("p@ss w/ord"), base64.b64encode(b"p@ss w/ord").decode()],
)
def test_a_uri_and_its_password_are_masked_in_every_form(form):
    shown = Redactor([URI]).text(f"before {form} after")
    assert form not in shown
    assert shown.startswith("before " + MASK)
    assert shown.endswith(" after")


def test_structures_are_masked_inside_and_kept_otherwise():
    redactor = Redactor(["s3cret-value", None, ""])
    data = {"s3cret-value": [1, None, True, ("x s3cret-value",)], "kept": {"n": 1.5}}
    assert redactor.data(data) == {MASK: [1, None, True, [f"x {MASK}"]], "kept": {"n": 1.5}}


def test_short_values_and_a_broken_address_do_no_harm():
    redactor = Redactor(["a", "no", "http://[broken"])
    assert redactor.text("a man says no") == "a man says no"
    assert redactor.text("at http://[broken") == f"at {MASK}"
