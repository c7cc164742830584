"""What a Python program may import: the names that both packages export."""

import subprocess
import sys
from types import ModuleType

import pytest

import indexer
import search_web

PACKAGES = [indexer, search_web]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_every_exported_name_is_there_documented_and_our_own(package: ModuleType) -> None:
    assert package.__all__ == sorted(package.__all__)
    for name in package.__all__:
        exported = getattr(package, name)
        assert exported.__name__ == name
        assert exported.__doc__
        assert exported.__module__.split(".")[0] == package.__name__


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_any_other_name_is_an_error(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = package.Nothing


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_importing_a_package_loads_nothing_of_it(package: ModuleType) -> None:
    name = package.__name__
    script = f"import sys, {name}; print([module for module in sys.modules if module.startswith('{name}.')])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
