# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._core.versions import Version


@pytest.mark.parametrize(
    "text",
    [
        "1.1",
        "1",
        "",
        "v1.1.0",
        "1.1.0 ",
        " 1.1.0",
        "1.1.0\n",
        "01.1.0",
        "1.1.0-01",
        "1.1.0-",
        "1.1.0+",
        "1.1.0-a..b",
        "latest",
    ]
    + ["1.1.٣", "1.1.0-١", "１.1.0", "1.1.0-é", "1.1.0-\u00b2", "1.1.-1", "1,1,0"],
)
def test_what_is_not_semantic_is_refused_with_its_text(text):
    with pytest.raises(BadInput) as caught:
        Version.parse(text)
    assert (caught.value.text_id, caught.value.details) == ("version.not_semantic", {"value": text})


@pytest.mark.parametrize(
    ("value", "kind"), [(1.1, "float"), (1, "int"), (True, "bool"), (None, "NoneType"), ([], "list")]
)
def test_what_yaml_made_of_an_unquoted_version_is_refused(value, kind):
    with pytest.raises(BadInput) as caught:
        Version.parse(value)
    assert (caught.value.text_id, caught.value.details["kind"]) == ("version.not_text", kind)


def test_a_type_that_ansible_made_of_a_plain_one_is_named_plainly():
    class TaggedFloat(float):
        pass

    with pytest.raises(BadInput) as caught:
        Version.parse(TaggedFloat(1.1))
    assert caught.value.details["kind"] == "float"


def test_the_order_is_that_of_semver():
    order = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
    ]
    order += ["1.0.0", "1.2.0", "1.10.0", "1.10.1", "10.0.0"]
    assert sorted(reversed(order), key=Version.parse) == order


def test_build_metadata_does_not_count():
    assert Version.parse("1.0.0+a") == Version.parse("1.0.0+b")
    assert hash(Version.parse("1.0.0+a")) == hash(Version.parse("1.0.0"))
    assert str(Version.parse("1.0.0-rc.1+a")) == "1.0.0-rc.1+a"
    assert Version.parse("1.0.0") != "1.0.0"
