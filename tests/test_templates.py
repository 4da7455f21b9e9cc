"""Users' templates: what they can say, what they can't do, and what is told anyway."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts import render, templated, templating
from monitor.alerts.layout import lay_out
from monitor.alerts.template_trial import problem
from monitor.alerts.template_values import values
from monitor.errors import ConfigError, TemplateError
from monitor.model import Alert, ChangeKind, Form, Message
from monitor.settings import TemplateConfig
from monitor.store import trail
from tests import slack_blocks
from tests.alert_samples import BY_KIND, URL, alert, change, people
from tests.hostile_titles import HOSTILE, assert_inert, poisoned
from tests.mail_html import Page
from tests.timeline import configured, timeline

GUIDE = Path(__file__).parents[1] / "docs" / "guide" / "alerts.md"
# uses everything that a hostile text can come in through
ALL = """\
{{ change.figure }} {{ change.claim }}
{% for one in changes %}
{{ one.label }}: {{ one.claim }}{{ one.who }}
{{ one.before }} / {{ one.after }} {{ one.url }}
{{ one.says }}{{ one.why }}@{{ one.carried }}<{{ one.claim }}>[{{ one.claim }}]({{ one.url }})
{% for name in one.outlets %}{{ name|upper }} {% endfor %}{{ one.why|reverse }}
{% endfor %}
{{ alert.id }} {{ alert.ack }} {{ alert.review_url }}
"""
HTML = """\
<html><body><h1>{{ change.figure }}</h1><p>{{ change.claim }}</p>
{% for one in changes %}<p dir="auto">{{ one.before }} {{ one.after }} {{ one.why }}</p>
<a href="{{ one.url }}">article</a>{% endfor %}
<p>{{ alert.id }} <a href="https://wiki.gazette.example/desk">what to do</a></p>
</body></html>
"""


# kinds that differ in what they say
SHAPES = (ChangeKind.FIGURE, ChangeKind.CONFLICT, ChangeKind.REMOVED)


def text(source: str) -> TemplateConfig:
    return TemplateConfig("desk.txt.j2", source)


def written(source: str, told: Alert, form: Form = Form.TEXT, **more: str) -> Message:
    plan = lay_out(told, timezone="UTC", review_url="https://review.example", **more)
    return templated.message(text(source), told, plan, form, "UTC")


# ------------------------------------------------------------------ what they say


def test_the_first_line_is_the_title() -> None:
    told = written(
        "{{ change.figure }}: {{ change.claim }}\n\nSee {{ change.url }}\n{{ alert.id }}",
        alert(change()),
    )
    assert told.title == (
        "312 → 358 people (+15 %): People killed in the flood at Port Varell"
    )
    assert told.body == f"See {URL}\nA-17f3"


def test_changed_words_and_addresses_are_live_in_slack() -> None:
    told = written(
        "{{ change.figure }}\n{{ change.after }}\n{{ change.url }}\n{{ alert.id }}",
        alert(change()),
        Form.SLACK,
    )
    assert slack_blocks.problems(json.loads(json.dumps(told.blocks))) == []
    leaves = list(slack_blocks.leaves(told.blocks))
    assert {"type": "text", "text": "358", "style": {"bold": True}} in leaves
    assert {"type": "link", "url": URL, "text": URL} in leaves


def test_the_authors_own_addresses_stay_live() -> None:
    source = (
        "{{ change.figure }}\nhttps://wiki.gazette.example/floods\n"
        "https://maps.gazette.example/?id={{ change.id }}\n"
        "https://evil.{{ change.kind }}.example/\n{{ alert.id }}"
    )
    body = written(source, alert(change())).body
    assert "https://wiki.gazette.example/floods\n" in body
    assert "https://maps.gazette.example/?id=c41\n" in body
    # a value may not name the host
    assert "https[:]//evil.figure.example/" in body


def test_what_is_left_out_is_told_anyway() -> None:
    plan = lay_out(alert(change()), timezone="UTC")
    told = written("Something happened\nRead on.", alert(change()), prefix="Again: ")
    assert told.title == f"Again: {plan.title}"
    assert told.body == "Read on.\n\nAlert A-17f3"


def test_a_long_text_is_cut_between_lines_and_says_so() -> None:
    many = alert(*(change(change_id=n) for n in range(90)))
    source = "{{ change.figure }}\n{% for c in changes %}{{ c.claim }} {{ c.why }}\n{% endfor %}"
    told = written(source, many, notice="Nobody has it.")
    assert len(told.title) + len(told.body) <= render.MESSAGE_LIMIT
    assert told.body.startswith("Nobody has it.\n\nPeople killed")
    assert told.body.endswith("Alert A-17f3 · shortened: claimwatch show A-17f3")


@pytest.mark.parametrize("length", [0, 1000, 20000])
def test_the_figure_is_never_cut(length: int) -> None:
    padding = "word " * (length // 5)
    one = change(claim=f"{padding}killed", before=people(4519, padding), reason=padding)
    told = written("{{ change.claim }} {{ change.figure }}\n{{ alert.id }}", alert(one))
    assert "4,519 → 358" in told.title


def test_html_is_the_html_of_mail_only() -> None:
    template = TemplateConfig("desk.html.j2", HTML)
    told = alert(change())
    plan = lay_out(told, timezone="UTC")
    mail = templated.message(template, told, plan, Form.MAIL, "UTC")
    assert "<h1>312 → 358 people (+15 %)</h1>" in mail.html
    assert (mail.title, mail.body) == (plan.title, plan.body)
    other = templated.message(template, told, plan, Form.TEXT, "UTC")
    assert other == render.formed(plan, Form.TEXT)


def test_the_guide_names_exactly_what_templates_get() -> None:
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    cells = [line.split("|")[1] for line in lines if line.startswith("| `")]
    rows = [name for cell in cells for name in re.findall(r"`([a-z_.]+)`", cell)]
    told = alert(change())
    given = values(told, lay_out(told, timezone="UTC"), "UTC")
    names = {f"alert.{name}" for name in given["alert"]}
    names |= {f"change.{name}" for name in given["change"]} | {"change", "changes"}
    assert {row for row in rows if row.startswith(("alert.", "change"))} == names


# ------------------------------------------------------------------ hostile text


@pytest.mark.parametrize("form", [Form.TEXT, Form.SLACK])
def test_hostile_text_is_inert_in_templates(form: Form) -> None:
    for hostile in HOSTILE:
        told = written(
            ALL, alert(poisoned(hostile), poisoned(hostile, ChangeKind.DENIED)), form
        )
        shown = f"{told.title}\n{told.body}"
        if form is Form.SLACK:
            assert slack_blocks.problems(json.loads(json.dumps(told.blocks))) == []
        assert "\n" not in told.title
        assert_inert(shown.replace("https://review.example/alert/A-17f3", ""))


@given(texts=st.lists(st.text(max_size=200), min_size=1, max_size=3))
@settings(max_examples=15)
def test_any_text_is_inert_in_templates(texts: list[str]) -> None:
    many = [poisoned(one, kind) for one in texts for kind in SHAPES]
    told = written(ALL, alert(*many))
    assert len(told.title) <= render.TITLE_LIMIT
    assert len(told.title) + len(told.body) <= render.MESSAGE_LIMIT
    shown = f"{told.title}\n{told.body}"
    assert_inert(shown.replace("https://review.example/alert/A-17f3", ""))


def test_harmless_values_make_nothing_harmful_together() -> None:
    one = change(claim="everyone", outlet="evil.example/x", reason="//evil.example")
    source = (
        "{{ change.figure }}\n@{{ change.claim }} <!{{ change.claim }}> https:{{ change.why }}\n"
        "[bank](http://{{ change.claim }}) {{ alert.id }}"
    )
    assert_inert(written(source, alert(one)).body)


def test_hostile_text_is_inert_in_html_templates() -> None:
    template = TemplateConfig("desk.html.j2", HTML)
    for hostile in HOSTILE:
        told = alert(poisoned(hostile))
        plan = lay_out(told, timezone="UTC")
        page = Page(templated.message(template, told, plan, Form.MAIL, "UTC").html)
        assert page.tags == {"html", "body", "h1", "p", "a"}
        assert_inert(page.text)


# ------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("{{ change.figre }}", "line 1: there is no 'figre'"),
        ("{{ change.figure }}\n\n{{ chnge.url }}", "line 3: 'chnge' is undefined"),
        ("{{ change.figure }", "line 1: unexpected '}'"),
        ("x\n{% if change %}", "line 2: "),
        ("{{ change.figure|frobnicate }}", "line 1: there is no filter frobnicate"),
        ("{{ change.figure|replace('a', 'b') }}", "line 1: there is no filter replace"),
        ("{{ change.__class__ }}", "line 1: SecurityError: access to attribute '__class__'"),
        ("{{ ''.__class__.__mro__ }}", "line 1: "),
        ("{{ change.figure.upper() }}", "line 1: calling something can't be used"),
        ("{% set a = 1 %}", "line 1: {% set %} can't be used"),
        ("{% macro a() %}{% endmacro %}", "line 1: {% macro %} can't be used"),
        ("{% include '/etc/passwd' %}", "line 1: {% include %} can't be used"),
        ("{% import 'os' as os %}", "line 1: {% import %} can't be used"),
        ("{{ 'a' * 1000000000 }}", "line 1: * can't be used"),
        ("{{ 9 ** 9 ** 9 }}", "line 1: ** can't be used"),
        ("{{ 'a' ~ 'b' }}", "line 1: ~ can't be used"),
        ("{{ change.figure + change.figure }}", "line 1: + is for numbers"),
        ("{% for a in b %}{% for c in d %}{% for e in f %}{% endfor %}{% endfor %}{% endfor %}", "line 1: loops can't be more than 2 deep"),
        ("{{ range(1000000000)|list }}", "line 1: calling something"),
        ("{{ alert.count / 0 }}", "line 1: Div can't be used"),
        ("", "writes nothing"),
        ("Hello\n{{ change.figure }}", "the first line leaves out the figure"),
        ("x" * 30_000, "is longer than 20,000 characters"),
        ("{{ change.before_value[0] }}", "line 1: "),
        ("{{ alert.count|round('x') }}", "line 1: "),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(source: str, wrong: str) -> None:
    found = problem(text(source))
    assert found is not None
    assert found.startswith(wrong)
    assert "\n" not in found


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("{{ change.figure }}", "leaves out the alert's id"),
        ("{{ alert.id }}", "leaves out the figure"),
        ("<script>1</script>{{ change.figure }}{{ alert.id }}", "<script> can't be used"),
        ("<p onclick='x'>{{ change.figure }}{{ alert.id }}</p>", "onclick= can't"),
        ("<p style='background:url(x)'>{{ change.figure }}{{ alert.id }}", "style="),
        ("<style>@import 'x'</style>{{ change.figure }}{{ alert.id }}", "a style can't"),
        ("<img src='https://x.example/p'>{{ change.figure }}{{ alert.id }}", "<img> can't"),
        ("<a href='{{ change.claim }}'>x</a>{{ change.figure }}{{ alert.id }}", "a link"),
        ("<a href='javascript:1'>x</a>{{ change.figure }}{{ alert.id }}", "a link"),
    ],
)  # fmt: skip
def test_html_that_no_mail_may_hold_is_refused(source: str, wrong: str) -> None:
    found = problem(TemplateConfig("desk.html.j2", source))
    assert found is not None
    assert found.startswith(wrong)


def test_good_templates_have_no_problem() -> None:
    assert problem(text(ALL)) is None
    assert problem(TemplateConfig("x.html", HTML)) is None


def test_a_template_ends_however_much_it_writes() -> None:
    many = [f"name {n}" for n in range(3000)]
    source = "{% for a in changes %}{% for b in changes %}{{ a }}{{ b }}{% endfor %}{% endfor %}"
    with pytest.raises(TemplateError, match="writes more than"):
        templating.written(source, {"changes": many}, autoescape=False)


# ------------------------------------------------------------------ in the service

ROUTE = '[[routes]]\nname = "desk"\nchannels = ["desk"]\n'


def test_a_route_writes_its_messages_with_its_template(tmp_path: Path) -> None:
    (tmp_path / "desk.txt.j2").write_text(
        "Desk: {{ change.figure }}\n\n{{ change.claim }}\n{{ alert.id }}\n"
    )
    with timeline(tmp_path, f'{ROUTE}template = "desk.txt.j2"\n') as line:
        line.push("1s", toll=25)
        [sent] = line.between("0s", "1m")
        assert sent.message.title.startswith("Desk: ")
        assert sent.message.name


def test_a_template_that_fails_costs_no_alert(tmp_path: Path) -> None:
    source = "{{ change.figure }} {{ change.topics[0] }} {{ alert.id }}"
    with timeline(tmp_path, f'{ROUTE}template = """{source}"""\n') as line:
        line.push("1s", toll=25, topics=())
        [sent] = line.between("0s", "1m")
        assert sent.message.title.startswith("Figure")
        [(alert_id,)] = line.rows("SELECT alert_id FROM alerts")
        [row] = trail.deliveries_of(line.store, alert_id)
        assert row["message"]["note"].startswith("the template inline failed: line 1: ")


def test_the_configuration_names_file_line_and_variable(tmp_path: Path) -> None:
    (tmp_path / "desk.txt.j2").write_text("{{ change.figure }}\n{{ change.figre }}\n")
    with pytest.raises(ConfigError) as caught:
        configured(tmp_path, f'{ROUTE}template = "desk.txt.j2"\n')
    [problem_] = caught.value.problems
    assert problem_ == (
        "routes[0].template: desk.txt.j2, line 2: there is no 'figre' "
        '(in an alert of kind new) (route "desk")'
    )


@pytest.mark.parametrize(
    ("content", "wrong"), [(None, "there is no file"), (b"\xff\xfe", "is not UTF-8")]
)
def test_a_file_that_can_not_be_read_is_named(
    tmp_path: Path, content: bytes | None, wrong: str
) -> None:
    if content is not None:
        (tmp_path / "desk.txt.j2").write_bytes(content)
    with pytest.raises(ConfigError, match=wrong):
        configured(tmp_path, f'{ROUTE}template = "desk.txt.j2"\n')


def test_routes_below_inherit_the_template(tmp_path: Path) -> None:
    source = "{{ change.headline }} {{ alert.id }}"
    config = configured(
        tmp_path,
        f'{ROUTE}template = "{source}"\n'
        '[[routes.routes]]\nname = "below"\nmatch = { kind = "denied" }\n',
    )
    assert config.routes[0].template == TemplateConfig("inline", source)
    assert config.routes[0].routes[0].template == config.routes[0].template


def test_every_kind_fills_a_template() -> None:
    for kind in ChangeKind:
        told = written(ALL, alert(replace(BY_KIND[kind], change_id=9)))
        assert "A-17f3" in told.body
