#!/opt/standin/bin/python3 -SE
"""Development servers that cannot be had here (rails, jekyll, ng, …): HTTP on the address that the real one takes."""

import json
import os
import re
import signal
import sys

# program -> address and port without options, whether PORT moves it
SERVERS = {
    "rails": ("127.0.0.1", 3000, True),
    "jekyll": ("127.0.0.1", 4000, False),
    "ng": ("127.0.0.1", 4200, False),
    "react-scripts": ("0.0.0.0", 3000, True),
    "vue-cli-service": ("0.0.0.0", 8080, True),
    "nuxt": ("127.0.0.1", 3000, True),
    "nuxi": ("127.0.0.1", 3000, True),
    "astro": ("127.0.0.1", 4321, False),
    "gatsby": ("127.0.0.1", 8000, True),
    "phoenix": ("127.0.0.1", 4000, True),
}
_STARTS = {"server", "s", "serve", "start", "dev", "develop", "preview"}


def serve(host: str, port: int) -> None:
    """Answers every request with the command line until it is ended."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = " ".join(sys.argv).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET

        def log_message(self, *words: object) -> None:
            pass

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"listening on http://{host}:{port}", flush=True)
    ThreadingHTTPServer((host, port), Handler).serve_forever()


def main(words: list[str]) -> None:
    name = os.path.basename(sys.argv[0])
    host, port, moves = SERVERS.get(name, ("0.0.0.0", 8080, True))
    if moves and os.environ.get("PORT", "").isdigit():
        port = int(os.environ["PORT"])
    if name == "react-scripts":
        host = os.environ.get("HOST") or host
    if name in ("nuxt", "nuxi"):
        host = os.environ.get("NUXT_HOST") or os.environ.get("HOST") or host
    text = " ".join(words)
    bound = re.search(r"(?:^|\s)(?:-b|--binding|--host|-H|--hostname)(?:[=\s]|(?=\d))([\w.:]+)", text)
    moved = re.search(r"(?:^|\s)(?:-p|--port|-P)[=\s]?(\d+)", text)
    if words and words[0] in _STARTS:
        serve(bound[1] if bound else "0.0.0.0" if "--host" in words else host, int(moved[1]) if moved else port)
    elif "build" in words:
        place_built(name)
    print(f"stand-in of {name}: {text}")


def place_built(name: str) -> None:
    folder = {
        "react-scripts": "build",
        "nuxt": ".output",
        "nuxi": ".output",
        "jekyll": "_site",
        "gatsby": "public",
    }.get(name, "dist")
    if name == "ng":
        with open("package.json") as file:
            folder = f"dist/{json.load(file).get('name', 'app')}/browser"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/index.html", "w") as file:
        file.write(f"<!doctype html><title>{name}</title>\n")


if __name__ == "__main__":
    main(sys.argv[1:])
