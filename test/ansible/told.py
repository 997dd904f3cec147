# Ansible's results as JSON Lines in the file that ASSAY_TOLD names: what the callbacks of ansible-core print is for people.

import json
import os
import time

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: told
type: aggregate
short_description: results as JSON Lines
description: One object for each result, one for the sums of each host.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "told"

    def _tell(self, **facts):
        with open(os.environ["ASSAY_TOLD"], "a", encoding="utf-8") as file:
            file.write(json.dumps(facts) + "\n")

    def _result(self, result, end):
        # Of a loop: the first of its items that failed says why.
        whole = result._result
        items = [item for item in whole.get("results", []) if isinstance(item, dict) and item.get("failed")]
        msg = (items or [whole])[0].get("msg", "")
        self._tell(
            at=round(time.monotonic(), 1),
            host=result._host.get_name(),
            task=result._task.get_name(),
            action=result._task.action,
            end=end,
            changed=bool(whole.get("changed")),
            msg=msg if isinstance(msg, (str, list)) else str(msg),
        )

    def v2_runner_on_ok(self, result):
        self._result(result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._result(result, "ok" if ignore_errors else "failed")

    def v2_runner_on_unreachable(self, result):
        self._result(result, "failed")

    def v2_playbook_on_stats(self, stats):
        for host in stats.processed:
            self._tell(host=host, sums=stats.summarize(host))
