"""Where proxies pass requests on: nginx, Caddy, Apache, HAProxy, and the proxies of development servers.

nginx: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass ; Caddy:
https://caddyserver.com/docs/caddyfile/directives/reverse_proxy ; Apache:
https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypass
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.network.connections import Found
from dockerlint.model.network.endpoints import Endpoint, bare_host, is_host, read_endpoints
from dockerlint.source.pattern import pattern
from dockerlint.source.record import replace

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.service import Service
    from dockerlint.source.text import SourceFile, Span

_COMMENT = pattern(r"#[^\n]*")
_PASS = pattern(r"(?<![\w$])(proxy|fastcgi|uwsgi|scgi|grpc|memcached)_pass\s+([^;{}\n]{1,300});")
_UPSTREAM = pattern(r"(?<![\w$])upstream\s+([\w.$-]{1,100})\s*\{([^{}]{0,4000})\}")
_SERVER = pattern(r"(?<![\w$])server\s+([^;{}\s]{1,200})[^;{}]{0,200};")
_SET = pattern(r"(?<![\w$])set\s+\$(\w{1,60})\s+([^;{}\n]{1,200});")
_VARIABLE = pattern(r"\$\{(\w+)\}|\$([A-Z_][A-Z0-9_]*)")
_CADDY = pattern(r"(?:^|\n)[ \t]*(reverse_proxy|php_fastcgi|to)[ \t]+([^\n{]{1,400})")
_CADDY_VARIABLE = pattern(r"\{\$(\w+)(?::([^}\n]*))?\}")
_HAPROXY = pattern(r"(?:^|\n)[ \t]*server[ \t]+[\w.-]{1,80}[ \t]+([\w.-]{1,200}:\d{1,5})")
_NGINX_FOLDERS = ("/etc/nginx/", "/usr/local/openresty/nginx/conf/", "/etc/openresty/", "/opt/bitnami/nginx/")
_CADDY_FILES = ("/etc/caddy/", "/config/caddy/", "/srv/Caddyfile", "/app/Caddyfile", "/Caddyfile")
_APACHE_FOLDERS = ("/usr/local/apache2/conf/", "/etc/apache2/", "/etc/httpd/")
_KINDS = {"fastcgi": "fastcgi", "uwsgi": "uwsgi", "scgi": "scgi", "memcached": "memcached"}
_LARGEST = 200_000


def in_proxies(project: Project, service: Service) -> Iterator[Found]:
    """What the proxies of the container pass on to."""
    for path in _candidates(project, service):
        places = tuple(project.files_of(service).paths_of(path))
        file = project.tree.read(path) if places else None
        if file is None or len(file.text) > _LARGEST:
            continue
        name = path.rpartition("/")[2].lower()
        if any(place.startswith(_NGINX_FOLDERS) for place in places):
            yield from _nginx(project, service, file, any("/templates/" in place for place in places))
        elif name.startswith("caddyfile") and any(place.startswith(_CADDY_FILES) for place in places):
            yield from _caddy(project, service, file)
        elif any(place.startswith(_APACHE_FOLDERS) for place in places):
            yield from _lines(file, _apache_targets(file))
        elif name.endswith("haproxy.cfg"):
            yield from _lines(file, [(one.start(1), one.group(1)) for one in _HAPROXY.finditer(_blank(file.text))])
    from dockerlint.model.network.devproxies import in_development_proxies

    yield from in_development_proxies(project, service)


def _candidates(project: Project, service: Service) -> Iterator[str]:
    """Files of the tree that may be configuration of a proxy in the container."""
    build = project.build_of(service)
    folders = [mount.host_path_in_tree for mount in service.mounts if mount.kind == "bind"]
    if build is not None and build.context is not None:
        folders.append(build.context.folder)
    seen: set[str] = set()
    for folder in folders:
        if folder is None:
            continue
        paths = (folder,) if project.tree.kind(folder) == "file" else project.workspace.paths_below(folder)
        for path in paths:
            name = path.rpartition("/")[2].lower()
            known = name.endswith((".conf", ".template", ".cfg", ".tmpl", ".conf.prod", ".conf.dev"))
            if path not in seen and (known or "nginx" in name or "caddyfile" in name or "." not in name):
                seen.add(path)
                yield path


def _blank(text: str) -> str:
    """The text with its comments blanked out, at the same offsets."""
    return _COMMENT.sub(lambda one: " " * len(one.group()), text) if "#" in text else text


def _nginx(project: Project, service: Service, file: SourceFile, template: bool) -> Iterator[Found]:
    text = _blank(file.text)
    if "_pass" not in text:
        return
    upstreams = {}
    for one in _UPSTREAM.finditer(text):
        upstreams[one.group(1).lower()] = one
    variables = {one.group(1): one for one in _SET.finditer(text)}
    asked: set[str] = set()
    for one in _PASS.finditer(text):
        kind, value = one.group(1), one.group(2).strip()
        start = one.start(2)
        bare = value.partition("://")[2] or value
        host = bare.partition("/")[0].partition(":")[0]
        if host.lower() in upstreams or value.lower() in upstreams:
            asked.add(host.lower() if host.lower() in upstreams else value.lower())
            continue
        if host.startswith("$") and host[1:] in variables and not template:
            given = variables[host[1:]]
            rest = bare[len(host) :]
            value, start = given.group(2).strip().strip("\"'"), given.start(2) + (given.group(2)[:1] in "\"'")
            if value.lower() in upstreams:
                asked.add(value.lower())
                continue
            if "://" not in value and rest.startswith(":"):
                value += rest.partition("/")[0]
        yield from _target(project, service, file, value, start, _KINDS.get(kind, "http"), f"{kind}_pass")
    for name, block in upstreams.items():
        for server in _SERVER.finditer(block.group(2)):
            used = name in asked or None
            start = block.start(2) + server.start(1)
            for found in _target(project, service, file, server.group(1), start, "", "server"):
                yield replace(found, used=True if used else None)


def _target(
    project: Project, service: Service, file: SourceFile, value: str, start: int, kind: str, name: str
) -> Iterator[Found]:
    """The endpoint of a directive; ``${VAR}`` of a template is filled in, and then only the variable's value counts."""
    span = file.span(start, start + len(value))
    if "$" in value:
        filled = _filled(project, service, value)
        if filled is None:
            return
        value = filled
    if value.startswith("unix:"):
        return
    for end in _endpoints(value, kind):
        yield Found("proxy", end, span, name=name, kind=kind or "http", used=True, use=span)


def _endpoints(value: str, kind: str) -> Iterator[Endpoint]:
    if "://" in value:
        yield from read_endpoints(value)
        return
    found = read_endpoints(value) if ":" in value else ()
    bare = bare_host(value.partition("/")[0]) if not found else None
    yield from found or ((bare,) if bare is not None else ())


def _filled(project: Project, service: Service, value: str) -> str | None:
    """The value with the container's variables in it; None where one is unknown."""
    environment = project.environment_of(service)
    pieces, at = [], 0
    for one in _VARIABLE.finditer(value):
        text = environment.text(one.group(1) or one.group(2))
        if text is None:
            return None
        pieces += [value[at : one.start()], text]
        at = one.end()
    filled = "".join(pieces) + value[at:]
    return filled if "$" not in filled.partition("://")[2].partition("/")[0] or "$" not in filled else None


def _caddy(project: Project, service: Service, file: SourceFile) -> Iterator[Found]:
    environment = project.environment_of(service)
    for one in _CADDY.finditer(_blank(file.text)):
        at = one.start(2)
        for word in one.group(2).split(" "):
            start, at = at, at + len(word) + 1
            value = word
            variable = _CADDY_VARIABLE.search(word)
            if variable is not None:
                given = environment.text(variable.group(1)) or variable.group(2)
                if not given:
                    continue
                value = word[: variable.start()] + given + word[variable.end() :]
            if not value or value[0] in "/*@{" or value.startswith("unix"):
                continue
            kind = "fastcgi" if one.group(1) == "php_fastcgi" else "http"
            for end in _endpoints(value.partition("://")[2] if value.startswith("h2c") else value, kind):
                span = file.span(start, start + len(word))
                yield Found("proxy", end, span, name=one.group(1), kind=kind, used=True, use=span)


def _apache_targets(file: SourceFile) -> list[tuple[int, str]]:
    found = []
    at = 0
    for line in file.text.split("\n"):
        words = line.split()
        if words and words[0].lower() in ("proxypass", "balancermember", "proxypassmatch", "sethandler"):
            for word in words[1:]:
                bare = word.strip("\"'")
                if bare.startswith(("http://", "https://", "ws://", "wss://", "proxy:fcgi://")):
                    bare = bare.removeprefix("proxy:fcgi:") if bare.startswith("proxy") else bare
                    bare = f"tcp:{bare}" if bare.startswith("//") else bare
                    found.append((at + line.find(word), bare))
        at += len(line) + 1
    return found


def _lines(file: SourceFile, targets: list[tuple[int, str]]) -> Iterator[Found]:
    for start, value in targets:
        span: Span = file.span(start, start + len(value))
        for end in _endpoints(value, "http"):
            if end.host is not None and is_host(end.host):
                yield Found("proxy", end, span, name="proxy", kind="http", used=True, use=span)
