"""A model that answers by the goal it is asked about, so that several commands may talk to one server at once."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from servers.replies import Reply, fail


class ScriptedModel:
    """Chooses replies for `OpenAIServer.answer_with`; a goal's last reply stays, an unknown goal is refused."""

    def __init__(self, answers: Mapping[str, Sequence[Reply]]) -> None:
        self._answers = answers
        self._requests: list[dict[str, Any]] = []

    def __call__(self, body: dict[str, Any]) -> Reply:
        goal, before = goal_of(body), self.asked(goal_of(body))
        self._requests.append(body)
        replies = self._answers.get(goal, (fail(404, "no such goal"),))
        return replies[min(len(before), len(replies) - 1)]

    def asked(self, goal: str) -> list[dict[str, Any]]:
        """Return the bodies of the requests for one goal so far."""
        return [body for body in self._requests if goal_of(body) == goal]


def goal_of(body: dict[str, Any]) -> str:
    """Return the goal that a request is about: the first thing the user says."""
    said = next(message["content"] for message in body["messages"] if message["role"] == "user")
    return said if isinstance(said, str) else json.dumps(said)


def told_to(body: dict[str, Any]) -> str:
    """Return the whole conversation of a request as text."""
    return json.dumps(body["messages"], ensure_ascii=False)
