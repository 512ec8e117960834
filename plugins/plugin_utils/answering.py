# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions that answer on the controller, where the team's repository is: no module process."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils._core.errors import BadInput, EngineError
from ..module_utils._locale import DEFAULT, LOCALES
from ..module_utils._module.boundary import SHARED_OPTIONS, failure, unexpected
from .extra_variables import refuse_slips


class AnsweringAction(ActionBase):  # type: ignore[misc]
    """Checks ``OPTIONS``, calls ``answer``, and turns whatever goes wrong into one clear failure of ``STAGE``."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    OPTIONS: dict[str, dict[str, Any]]
    STAGE: str

    @abstractmethod
    def answer(self, options: dict[str, Any], locale: str) -> dict[str, Any]:
        """The module's result. Raises EngineError."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        wished = self._task.args.get("locale")
        locale = wished if wished in LOCALES else DEFAULT
        try:
            refuse_leftovers(task_vars or {})
            _validation, options = self.validate_argument_spec({**SHARED_OPTIONS, **self.OPTIONS})
            result.update({"changed": False, "stage": self.STAGE, **self.answer(options, locale)})
        except AnsibleError:
            raise
        except EngineError as error:
            result.update(changed=False, failed=True, stage=self.STAGE, **failure(error, locale))
        except Exception as error:
            told = failure(unexpected(self._task.action.rpartition(".")[2], error), locale)
            result.update(changed=False, failed=True, stage=self.STAGE, **told)
        return result


def refuse_leftovers(task_vars: dict[str, Any]) -> None:
    """``-e reason=bad deploy today`` keeps ``bad`` and puts the rest here; slips in names: see ``refuse_slips``."""
    if task_vars.get("_raw_params"):
        raise BadInput("request.leftovers", value=task_vars["_raw_params"])
    refuse_slips()
