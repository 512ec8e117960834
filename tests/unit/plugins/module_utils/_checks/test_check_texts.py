# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils import _locale
from ansible_collections.benevoclic.updates.plugins.module_utils._locale import en, fr
from ansible_collections.benevoclic.updates.plugins.module_utils._probes import version

ENGINE = Path(_locale.__file__).parent.parent
SOURCES = [path for name in ("_probes", "_checks", "_suites") for path in (ENGINE / name).glob("*.py")]
RAISED = re.compile(r'(?:BadInput|Refused|Failed)\(\s*"([a-z_.]+)"')
SAID = re.compile(r'(?:good|bad|warn)\(\s*"[a-z]+", "([a-z_]+)"')
REASONS = re.compile(r'"(no_[a-z]+|bad_status|not_json|command_[a-z]+)"\)')


@pytest.mark.parametrize("catalogue", [fr, en], ids=["fr", "en"])
def test_whatever_is_raised_or_said_has_its_text(catalogue):
    source = "\n".join(path.read_text() for path in SOURCES)
    raised = set(RAISED.findall(source)) | {"watch.failures", "watch.restarts", "proof.mismatch"}
    raised |= {f"proof.{reason}" for reason in REASONS.findall(Path(version.__file__).read_text())}
    assert len(raised) > 25
    assert raised - set(catalogue.ERRORS) == set()
    said = {f"preflight.{text_id}" for text_id in SAID.findall(source)}
    assert len(said) > 20
    assert said - set(catalogue.TEXTS) == set()
