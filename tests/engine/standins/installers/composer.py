#!/opt/standin/bin/python3 -SE
"""composer: vendor/ with an autoloader of PSR-4 and files, and an empty package for each requirement."""

import json
import os
import sys

import place

_AUTOLOAD = """<?php
spl_autoload_register(function ($class) {
    foreach (json_decode(file_get_contents(__DIR__ . '/composer/psr4.json'), true) as $prefix => $folders) {
        if (strncmp($class, $prefix, strlen($prefix)) === 0) {
            foreach ((array) $folders as $folder) {
                $path = str_replace('\\\\', '/', substr($class, strlen($prefix)));
                $file = __DIR__ . '/../' . $folder . '/' . $path . '.php';
                if (is_file($file)) { require $file; return; }
            }
        }
    }
});
foreach (json_decode(file_get_contents(__DIR__ . '/composer/files.json'), true) as $file) {
    if (is_file(__DIR__ . '/../' . $file)) { require_once __DIR__ . '/../' . $file; }
}
"""


def fill(folder: str, dev: bool) -> None:
    package = json.loads(place.read(f"{folder}/composer.json") or "{}")
    vendor = os.environ.get("COMPOSER_VENDOR_DIR") or package.get("config", {}).get("vendor-dir") or "vendor"
    vendor = os.path.join(folder, vendor)
    wanted = {**package.get("require", {}), **(package.get("require-dev", {}) if dev else {})}
    for name in wanted:
        if "/" in name:
            place.write(f"{vendor}/{name}/composer.json", json.dumps({"name": name}))
            place.write(f"{vendor}/{name}/src/.keep", "")
    autoload = package.get("autoload", {})
    if dev:
        extra = package.get("autoload-dev", {})
        autoload = {
            "psr-4": {**extra.get("psr-4", {}), **autoload.get("psr-4", {})},
            "files": autoload.get("files", []),
        }
    place.write(f"{vendor}/composer/psr4.json", json.dumps(autoload.get("psr-4", {}) or {}))
    place.write(f"{vendor}/composer/files.json", json.dumps(autoload.get("files", [])))
    place.write(f"{vendor}/composer/installed.json", json.dumps({"packages": sorted(wanted), "dev": dev}))
    place.write(f"{vendor}/autoload.php", _AUTOLOAD)
    lock = f"{folder}/composer.lock"
    if not os.path.exists(lock):
        place.write(lock, json.dumps({"packages": [], "packages-dev": []}))


def main(words: list[str]) -> None:
    for index, word in enumerate(words):
        if word in ("-d", "--working-dir"):
            os.chdir(words[index + 1])
        elif word.startswith("--working-dir="):
            os.chdir(word.partition("=")[2])
    named = [word for word in words if not word.startswith("-")]
    command = named[0] if named else "list"
    if command in ("install", "i", "update", "require", "dump-autoload", "dumpautoload", "u"):
        if command == "require":
            package = json.loads(place.read("composer.json") or "{}")
            for text in named[1:]:
                package.setdefault("require", {})[text.partition(":")[0]] = text.partition(":")[2] or "*"
            place.write("composer.json", json.dumps(package, indent=4))
        if not os.path.exists("composer.json"):
            place.fail(f"Composer could not find a composer.json file in {os.getcwd()}")
        fill(os.getcwd(), "--no-dev" not in words and os.environ.get("COMPOSER_NO_DEV", "0") in ("", "0"))
    elif command == "create-project":
        place.write(f"{named[2] if len(named) > 2 else named[1].rpartition('/')[2]}/composer.json", "{}")
    elif command in ("run", "run-script", "exec") or command not in (
        "list",
        "config",
        "global",
        "clear-cache",
        "clearcache",
        "show",
        "validate",
    ):
        name = named[1] if command in ("run", "run-script", "exec") else command
        scripts = json.loads(place.read("composer.json") or "{}").get("scripts", {})
        steps = scripts.get(name)
        if steps is None:
            place.fail(f'Script "{name}" is not defined in this package')
        for step in [steps] if isinstance(steps, str) else steps:
            status = os.system(step.replace("@php", "php")) if not step.startswith("Composer\\") else 0
            if status:
                sys.exit(os.waitstatus_to_exitcode(status))
    if words in (["--version"], ["-V"]):
        print("Composer version 2.8.0")


if __name__ == "__main__":
    main(sys.argv[1:])
