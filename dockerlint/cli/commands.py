"""The subcommands, by name."""

from __future__ import annotations

# name → (module, command object, help line)
COMMANDS = {
    "check": ("check", "check_command", "Lint files or folders (this is what `dockerlint PATH` does)."),
    "explain": ("explain", "explain_command", "Print a rule's page: what, why and what to write instead."),
    "rules": ("rules", "rules_command", "List the rules."),
    "model": ("model", "model_command", "Print the project as dockerlint understands it."),
    "context": ("context", "context_command", "List what a build would be sent."),
    "map": ("map", "map_command", "Draw the networks: who reaches whom, and what is broken."),
    "init": ("init", "init_command", "Write a configuration from those of other linters."),
    "new": ("new", "new_command", "Lay down the card and the check of a new rule."),
}
