#!/opt/standin/bin/python3 -SE
"""java: Debian's, except for `-jar` of a stand-in's jar, which is a program by itself (see compilers.py)."""

import os
import re
import sys

import place

JAVA = "/usr/lib/jvm/java-17-openjdk-amd64/bin/java"


def main(words: list[str]) -> None:
    if "-jar" in words and words.index("-jar") + 1 < len(words):
        jar = words[words.index("-jar") + 1]
        if not os.path.isfile(jar):
            place.fail(f"Error: Unable to access jarfile {jar}")
        with open(jar, "rb") as file:
            ours = file.read(4) == b"\x7fELF"
        if ours:
            moved = re.search(r"--?D?server\.port=(\d+)", " ".join(words))
            port = moved[1] if moved else os.environ.get("SERVER_PORT")
            if port:
                os.environ["PORT"] = port
            os.execv(jar, ["java", *words])
    os.execv(JAVA, ["java", *words])


if __name__ == "__main__":
    main(sys.argv[1:])
