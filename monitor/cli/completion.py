"""`claimwatch completion`: the script that teaches a shell our commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from monitor.errors import UsageError


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for a shell.

    For bash: claimwatch completion bash > ~/.local/share/bash-completion/completions/claimwatch
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"there is no completion for {shell}")
    root = ctx.find_root().command
    click.echo(kind(root, {}, "claimwatch", "_CLAIMWATCH_COMPLETE").source())
