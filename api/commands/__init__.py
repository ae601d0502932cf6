"""The commands of ``odekake``. Anything heavy is imported inside the command that needs it: ``--help`` is quick."""
