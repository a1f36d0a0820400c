"""The counters of users that libraries carry, all switched off: nobody is told that Winnow runs, or on what.

switch_off()            # before any of these libraries is imported
"""

from __future__ import annotations

import os
from collections.abc import Mapping

SWITCHES: Mapping[str, str] = {
    "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface_hub, and through it transformers, datasets and TRL's trainers
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    "ARGILLA_ENABLE_TELEMETRY": "0",
    "ANONYMIZED_TELEMETRY": "False",  # Chroma
    "UNSLOTH_DISABLE_STATISTICS": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "WANDB_ERROR_REPORTING": "false",
    "GRADIO_ANALYTICS_ENABLED": "False",  # trackio's pages
    "DO_NOT_TRACK": "1",  # consoledonottrack.com: whatever else asks for it
}


def switch_off() -> None:
    """Set each library's switch in the environment, for this process and those it starts; what is set there stays."""
    for name, off in SWITCHES.items():
        os.environ.setdefault(name, off)
