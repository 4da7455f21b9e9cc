"""What a reader gets for each kind of change, in each form, as files to read.

CLAIMWATCH_WRITE_GOLDEN=1 writes the files anew; read them before committing.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.alerts import render, templated, view
from monitor.alerts.layout import lay_out
from monitor.model import Change, ChangeKind, Form
from monitor.settings import TemplateConfig
from tests.alert_samples import BY_KIND, alert

GOLDEN = Path(__file__).parent / "golden"
REVIEW = "https://review.example/desk"


def _message(change: Change) -> str:
    told = render.message(
        alert(change),
        timezone="Europe/Lisbon",
        review_url=REVIEW,
    )
    return f"{told.title}\n\n{told.body}\n"


def _slack(change: Change) -> str:
    told = render.message(
        alert(change), timezone="Europe/Lisbon", review_url=REVIEW, form=Form.SLACK
    )
    return json.dumps(told.blocks, indent=1, ensure_ascii=False) + "\n"


def _mail(change: Change) -> str:
    told = render.message(
        alert(change), timezone="Europe/Lisbon", review_url=REVIEW, form=Form.MAIL
    )
    return re.sub(r"(?<=>)(?=<(?:tr|div|style|body))", "\n", told.html) + "\n"


def _digest(change: Change) -> str:
    told = render.message(alert(change, digest=True), timezone="Europe/Lisbon")
    return f"{told.title}\n\n{told.body}\n"


def _console(change: Change) -> str:
    return render.console(alert(change), timezone="Europe/Lisbon") + "\n"


def _json(change: Change) -> str:
    shown = view.as_json(change, "A-17f3")
    return json.dumps(shown, indent=1, ensure_ascii=False) + "\n"


def _template(change: Change) -> str:
    """The template of the guide."""
    guide = (GOLDEN.parents[1] / "docs" / "guide" / "alerts.md").read_text("utf-8")
    [source] = re.findall(r'template = """\n(.*?)"""', guide, re.DOTALL)
    told = alert(change)
    plan = lay_out(told, timezone="Europe/Lisbon", review_url=REVIEW)
    written = templated.message(
        TemplateConfig("inline", source), told, plan, Form.TEXT, "Europe/Lisbon"
    )
    return f"{written.title}\n\n{written.body}\n"


FORMS: dict[str, Callable[[Change], str]] = {
    "message.txt": _message,
    "digest.txt": _digest,
    "console.txt": _console,
    "json": _json,
    "slack.json": _slack,
    "mail.html": _mail,
    "template.txt": _template,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", list(ChangeKind), ids=str)
def test_reads_as_in_the_golden_file(kind: ChangeKind, form: str) -> None:
    shown = FORMS[form](BY_KIND[kind])
    file = GOLDEN / f"{kind}.{form}"
    if os.environ.get("CLAIMWATCH_WRITE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    wanted = {f"{kind}.{form}" for kind in ChangeKind for form in FORMS}
    assert {file.name for file in GOLDEN.iterdir()} == wanted
