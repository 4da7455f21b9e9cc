"""`claimwatch merge` and `split`: two claims are one, or one claim is two."""

from __future__ import annotations

import click

from monitor.cli.confirm import assertion_number, author_option, known_claim
from monitor.cli.options import echo_json, json_option, open_config, plain
from monitor.cli.records import open_to_write, say
from monitor.cli.silence import user_name
from monitor.clock import SystemClock
from monitor.errors import UsageError
from monitor.plurals import counted
from monitor.store import corrections


@click.command("merge")
@json_option
@click.argument("kept", metavar="KEPT")
@click.argument("gone", metavar="GONE")
@author_option
@click.option("--note", default="", help="Why; `show` prints it.")
@click.pass_context
def merge(
    ctx: click.Context,
    /,
    *,
    as_json: bool,
    kept: str,
    gone: str,
    author: str | None,
    note: str,
) -> None:
    """Say that two claims are one: the second goes into the first.

    Its id, words and measure find the first one from then on.
    """
    loaded = open_config(ctx, secrets=False)
    with open_to_write(loaded.database) as store:
        one, other = known_claim(store, kept), known_claim(store, gone)
        with store.writing() as db:
            corrections.merge(
                db,
                one,
                other,
                by=author or user_name(),
                note=note,
                now=SystemClock().now(),
            )
    if as_json:
        echo_json({"claim": one, "merged": other, "note": note})
    else:
        say(f"claim {other} is now part of claim {one}")


@click.command("split")
@json_option
@click.argument("claim", metavar="CLAIM")
@click.argument("assertions", nargs=-1, required=True, metavar="ASSERTION...")
@author_option
@click.option("--note", default="", help="Why; `show` prints it.")
@click.pass_context
def split(
    ctx: click.Context,
    /,
    *,
    as_json: bool,
    claim: str,
    assertions: tuple[str, ...],
    author: str | None,
    note: str,
) -> None:
    """Say that these assertions (a31 a40) of a claim are a claim of their own.

    What a merge brought goes back to its old id.
    """
    loaded = open_config(ctx, secrets=False)
    moved = [_assertion(text) for text in assertions]
    with open_to_write(loaded.database) as store:
        of = known_claim(store, claim)
        with store.writing() as db:
            made = corrections.split(
                db,
                of,
                moved,
                by=author or user_name(),
                note=note,
                now=SystemClock().now(),
            )
    if as_json:
        echo_json({"claim": made, "of": of, "assertions": moved, "note": note})
    else:
        say(
            f"{counted(len(set(moved)), 'assertion')} of claim {of} are now claim {made}"
        )


def _assertion(text: str) -> int:
    number = assertion_number(text)
    if number is None:
        raise UsageError(f'"{plain(text)}" is no assertion: `show` writes them as a31')
    return number
