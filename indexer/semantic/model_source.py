"""Finds an embedding model: the bundled one, a local folder or a model of the hub."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import EncoderError
from indexer.semantic.e5_bundle import MODEL_NAME, PROMPTS, bundle_identity
from indexer.semantic.e5_cache import unpacked_model

# From the cards of the e5 instruct models, which were trained with this prefix.
E5_INSTRUCT_PROMPTS: Mapping[str, str] = {
    "query": "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "
}

_SAMPLE = 1 << 20  # bytes at the head and at the tail of a weight file that are hashed for a fingerprint
_HUB_NAME = re.compile(r"\w[\w.-]*(/[\w.-]+)?", re.ASCII)


@dataclass(frozen=True)
class ModelSource:
    """A model that can be loaded: a folder, or a `location` in the hub (`owner/name`) at a `revision`.

    `name` is the name that the user gave; `weights` identifies the weights. A source that is not `local` must
    be downloaded.
    """

    name: str
    location: str
    weights: str
    revision: str | None = None
    local: bool = True

    def family_prompts(self) -> Mapping[str, str]:
        """Return the prompts of the model's family, for a model without prompts of its own."""
        name = Path(self.location).name.lower()
        if not re.search(r"(^|[-_])e5([-_]|$)", name):
            return {}
        return E5_INSTRUCT_PROMPTS if "instruct" in name else PROMPTS


def find_source(name: str | None, *, fetch: bool = False) -> ModelSource:
    """Return the source of the model `name`. None and "multilingual-e5-small" mean the bundled model.

    For a model of the hub, look in the cache of the hub client first, so that an index keeps its revision;
    `fetch` ignores the cached copy. Raises EncoderError if there is no such model or the hub is unreachable.
    """
    if name is None or name == MODEL_NAME:
        return ModelSource(MODEL_NAME, str(unpacked_model()), bundle_identity())
    folder = Path(name).expanduser()
    if name and folder.is_dir():  # an empty path would mean the current folder
        return ModelSource(name, str(folder.absolute()), _folder_hash(folder))
    if folder.exists() or not _HUB_NAME.fullmatch(name):
        raise EncoderError(f"'{name}': no such model folder")
    location = name if "/" in name else f"sentence-transformers/{name}"
    cached = None if fetch else _cached_revision(location)
    revision = cached or _hub_revision(name, location)
    return ModelSource(name, location, f"{location}@{revision}", revision, local=cached is not None)


def _folder_hash(folder: Path) -> str:
    """Return a hash of the folder's files: names, sizes, and contents (head and tail of large files)."""
    digest = hashlib.sha256()
    try:
        # Skip hidden files, which belong to version control and to the hub client.
        files = [path for path in folder.rglob("*") if path.is_file() and not _is_hidden(path, folder)]
        for path in sorted(files):
            size = path.stat().st_size
            digest.update(f"{path.relative_to(folder)}\0{size}\0".encode())
            with path.open("rb") as file:
                digest.update(file.read(_SAMPLE))
                file.seek(max(_SAMPLE, size - _SAMPLE))
                digest.update(file.read(_SAMPLE))
    except OSError as error:
        raise EncoderError(f"{folder}: cannot read the model: {error.strerror}") from error
    return digest.hexdigest()


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _cached_revision(location: str) -> str | None:
    from huggingface_hub import try_to_load_from_cache

    config = try_to_load_from_cache(location, "config.json")
    return Path(config).parent.name if isinstance(config, str) else None


def _hub_revision(name: str, location: str) -> str:
    """Ask the hub for the revision, without retries: the loader would retry for more than a minute."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    offer = f"give a local folder, or no model for the bundled {MODEL_NAME}"
    try:
        revision = HfApi().model_info(location, timeout=10.0).sha
    except GatedRepoError as error:
        raise EncoderError(
            f"{name}: the hub gives this model to those logged in only: hf auth login"
        ) from error
    except RepositoryNotFoundError as error:
        raise EncoderError(f"{name}: no such folder and no such model at the hub; {offer}") from error
    except Exception as error:  # any error of the client's HTTP library: proxies, TLS, name service
        reason = _first_line(error)
        raise EncoderError(
            f"{name}: no such folder, and the hub is out of reach ({reason}); {offer}"
        ) from error
    if revision is None:
        raise EncoderError(f"{name}: the hub does not tell the model's revision; {offer}")
    return revision


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
