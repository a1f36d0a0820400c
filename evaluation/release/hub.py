"""Put a release on a model hub.

upload(Path("release"), "ada/bank-answers")     # "https://huggingface.co/ada/bank-answers/commit/…"
"""

from __future__ import annotations

import re
from pathlib import Path

from evaluation.release.folder import CHECKS
from winnow.errors import InputError, WinnowError

NAME = re.compile(r"[\w.-]+/[\w.-]+")  # OWNER/NAME


def require_name(name: str) -> None:
    """Raise InputError where a name isn't one that a hub has."""
    if not NAME.fullmatch(name):
        raise InputError(f'"{name}": not the name of a repository; write OWNER/NAME, as in ada/bank-answers')


def upload(folder: Path, name: str, public: bool = False) -> str:
    """Make the repository, private unless said otherwise, put every file of the release there, and return the address.

    Who uploads is whoever `hf auth login` or HF_TOKEN says. Raises WinnowError in one line where the hub refuses or
    can't be reached.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    require_name(name)
    if not (folder / CHECKS).exists():
        raise InputError(f"{folder}: no release; make it with: winnow release")
    api = HfApi(library_name="winnow")
    try:
        api.create_repo(name, private=not public, exist_ok=True)
        done = api.upload_folder(repo_id=name, folder_path=folder, commit_message="Release, made by winnow release")
    except (HfHubHTTPError, OfflineModeIsEnabled, OSError) as error:
        cause = str(error).strip().splitlines()[0]
        raise WinnowError(
            f"{name}: the hub didn't take the release ({cause}); sign in with: hf auth login, and run it again"
        ) from error
    return str(done)
