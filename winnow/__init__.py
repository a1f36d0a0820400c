"""The foundation of Winnow: records, the ledger of decisions, config, workspace, plan, statistics, models."""

__version__ = "0.1.0"
