"""What the program is built from."""
import json
import os
import subprocess

from conftest import lacking
from players.server import RELEASE, ROOT


def test_swift_nio_is_not_in_the_dependency_graph():
    done = subprocess.run(["swift", "package", "show-dependencies", "--format", "json"], cwd=ROOT, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        lacking(f"swift package show-dependencies: {done.stderr[-500:]}")
    graph = json.loads(done.stdout[done.stdout.index("{"):])

    def names(package):
        return {package["identity"].lower()} | {name for dependency in package["dependencies"] for name in names(dependency)}
    found = names(graph)
    assert "grdb.swift" in found, "the graph was read"
    assert not [name for name in found if "nio" in name.split("-")], found
    with open(os.path.join(ROOT, "Package.resolved")) as f:
        pins = [pin["identity"].lower() for pin in json.load(f)["pins"]]
    assert not [name for name in pins if "nio" in name.split("-")], pins


def test_the_program_needs_no_swift_runtime_beside_it():
    done = subprocess.run(["ldd", RELEASE], capture_output=True, text=True)
    assert "libswiftCore" not in done.stdout and "not found" not in done.stdout, done.stdout
