"""Commands that are also groups 带子命令的命令: ``qingzhu model FILE`` and ``qingzhu model diff OLD NEW``."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

DEFAULT = "figures"
"""The subcommand of a group that is meant where none is named."""


class DefaultGroup(TyperGroup):
    """A group whose first argument may be one of its subcommands, or the first argument of the default one.

    A file that is called like a subcommand is reached by its path: ``qingzhu model ./diff``. Its help shows the options of the default one.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default subcommand before arguments that name none; ``--help`` alone is the group's own."""
        named = bool(args) and args[0] in self.commands
        if args and not named and args[0] not in ("--help",):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The default subcommand's arguments, or another subcommand."""
        return [*self.commands[DEFAULT].collect_usage_pieces(ctx), "| COMMAND [ARGS]..."]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments and options of the default subcommand, then the subcommands."""
        self.commands[DEFAULT].format_options(ctx, formatter)
        self.format_commands(ctx, formatter)
