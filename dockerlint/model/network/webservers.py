"""Where nginx, Apache and PHP-FPM listen: their configuration in the image and under the mounts.

nginx: https://nginx.org/en/docs/http/ngx_http_core_module.html#listen ; Apache:
https://httpd.apache.org/docs/2.4/bind.html ; PHP-FPM: https://www.php.net/manual/en/install.fpm.configuration.php
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockerlint.model.network.listening import ANY, UNKNOWN, Listener, Listening
from dockerlint.model.paths import is_within
from dockerlint.source.pattern import pattern
from dockerlint.source.text import SourceFile, Span

if TYPE_CHECKING:
    from dockerlint.model.project import Project
    from dockerlint.model.running.command import Program
    from dockerlint.model.service import Service

_COMMENT = pattern(r"#[^\n]*")
_NGINX = pattern(r"(?:^|[;{}\s])listen\s+([^;{}]{1,200});")
_SERVER = pattern(r"(?:^|[;{}\s])server\s*\{")
_APACHE = pattern(r"^[ \t]*Listen[ \t]+(\S+)", re.MULTILINE | re.IGNORECASE)
_FPM = pattern(r"^[ \t]*listen[ \t]*=[ \t]*(\S+)", re.MULTILINE)
_VARIABLE = pattern(r"\$\{?(\w+)\}?")
_MOST_FILES = 3000
_NGINX_NAMES = ("nginx", "nginx-debug", "openresty")
_APACHE_NAMES = ("apache2-foreground", "httpd-foreground", "httpd", "apache2ctl", "apachectl", "apache2")


def web_listening(project: Project, service: Service, program: Program) -> Listening | None:
    """What a web server's configuration says; None where the program is none of these."""
    name = program.name
    if name in _NGINX_NAMES:
        return _nginx(project, service, program)
    if name in _APACHE_NAMES:
        return _apache(project, service)
    if name.startswith("php-fpm"):
        return _fpm(project, service)
    return None


def files_below(project: Project, service: Service, folder: str) -> list[tuple[str, SourceFile]] | None:
    """The project's files below a container folder, by container path; None where others may lie there."""
    files, layout = project.files_of(service), project.layout_of(service)
    for mount in service.mounts:
        if mount.target is None:
            return None
        if _related(mount.target, folder):
            if mount.kind == "volume" or mount.host_path_in_tree is None:
                return None
            if project.tree.kind(mount.host_path_in_tree) is None:
                return None
    if service.configs or service.volumes_from:
        return None
    roots = [
        mount.host_path_in_tree
        for mount in service.mounts
        if mount.host_path_in_tree is not None and mount.target is not None and _related(mount.target, folder)
    ]
    for copy in layout.copies if layout is not None else ():
        target = copy.source.target
        if target is not None and not _related(target, folder):
            continue
        if target is None or copy.foreign or layout is None or layout.context is None:
            return None
        roots.append(layout.context.folder)
    found: dict[str, SourceFile] = {}
    count = 0
    for root in dict.fromkeys(roots):
        paths = (root,) if project.tree.kind(root) == "file" else project.workspace.paths_below(root)
        for path in paths:
            count += 1
            if count > _MOST_FILES:
                return None
            for container in files.paths_of(path):
                if is_within(container, folder) and container not in found:
                    file = files.read(container)
                    if file is None:
                        return None
                    found[container] = file
    for container, file in files.written.items():
        if is_within(container, folder):
            found[container] = file
    return sorted(found.items())


def _related(path: str, folder: str) -> bool:
    return is_within(path, folder) or is_within(folder, path)


def _run_texts(project: Project, service: Service) -> Iterator[str]:
    """The texts of the steps that build the image."""
    stage = project.stage_of(service)
    for step in stage.steps if stage is not None else ():
        if step.instruction.keyword == "RUN":
            yield step.instruction.text


def _nginx(project: Project, service: Service, program: Program) -> Listening:
    base = project.base_of(service)
    runs = list(_run_texts(project, service))
    if base is None or any(
        "nginx" in text and re.search(r"\b(?:sed|envsubst|echo|tee|cat|ln|curl|wget|mv|cp)\b", text) for text in runs
    ):
        written = project.files_of(service).written
        if base is None or not any(path.startswith("/etc/nginx") for path in written):
            return UNKNOWN
    if any(word == "-c" for word in program.argv):
        return UNKNOWN
    own = files_below(project, service, "/etc/nginx")
    if own is None:
        return UNKNOWN
    names = {path for path, _ in own}
    default = str((base.ports or (80,))[0]) if base.name in ("nginx", "nginxinc/nginx-unprivileged") else None
    if default is None and base.name != "nginx":
        default = "80"
    listeners: list[Listener] = []
    complete = True
    for path, file in own:
        if (
            not path.endswith((".conf", ".template", ".tmpl", ".tpl"))
            and "sites-" not in path
            and "/conf.d" not in path
        ):
            continue
        for listener in _listens(project, service, file):
            if listener is None:
                complete = False
            else:
                listeners.append(listener)
        for included in re.findall(r"\binclude\s+([^;\s]+)", _COMMENT.sub("", file.text)):
            if (
                included.startswith("/")
                and not included.startswith("/etc/nginx")
                and not _read(project, service, included)
            ):
                complete = False
    replaced = "/etc/nginx/conf.d/default.conf" in names or "/etc/nginx/templates/default.conf.template" in names
    mounted = any(
        mount.target in ("/etc/nginx/conf.d", "/etc/nginx", "/etc/nginx/conf.d/default.conf")
        for mount in service.mounts
    )
    removed = any("rm " in text and ("default" in text or "conf.d" in text) for text in runs)
    main = next((file for path, file in own if path == "/etc/nginx/nginx.conf"), None)
    cut = main is not None and "conf.d" not in main.text and "http.d" not in main.text and "sites-" not in main.text
    if not (replaced or mounted or removed or cut) and default is not None:
        listeners.append(Listener(default, ANY, "nginx", "image", service=service.name))
    if not listeners:
        return UNKNOWN
    return Listening(tuple(listeners), complete, True)


def _read(project: Project, service: Service, path: str) -> bool:
    return project.files_of(service).read(path) is not None or path.endswith("mime.types")


def _listens(project: Project, service: Service, file: SourceFile) -> Iterator[Listener | None]:
    text = _COMMENT.sub(lambda found: " " * len(found.group()), file.text)
    found = list(_NGINX.finditer(text))
    for match in found:
        place = match.group(1).split()[0]
        if place.startswith("unix:"):
            continue
        known = _filled(project, service, place)
        span = Span(file, match.start(1), match.end(1))
        if known is None:
            yield None
            continue
        host, colon, port = known.rpartition(":")
        if not colon:
            host, port = ("", known) if known.isdigit() else (known, "80")
        if not port.isdigit():
            yield None
            continue
        where = ANY if host in ("", "*", "[::]", ANY) else host.strip("[]")
        yield Listener(port, where, "nginx", "listen", span if file.path else None, service.name)
    if len(_SERVER.findall(text)) > len({match.start() for match in found}) or (not found and _SERVER.search(text)):
        yield Listener("80", ANY, "nginx", "default", service=service.name)


def _filled(project: Project, service: Service, text: str) -> str | None:
    environment = project.environment_of(service)
    for name in _VARIABLE.findall(text):
        value = environment.text(name)
        if value is None:
            return None
        text = text.replace(f"${{{name}}}", value).replace(f"${name}", value)
    return text


def _apache(project: Project, service: Service) -> Listening:
    base = project.base_of(service)
    if base is None or base.name not in ("php", "httpd", "wordpress", "drupal", "nextcloud", "joomla"):
        return UNKNOWN
    folder = "/usr/local/apache2/conf" if base.name == "httpd" else "/etc/apache2"
    own = files_below(project, service, folder)
    if own is None or any(
        ("apache2" in text or "httpd" in text or "ports.conf" in text)
        and re.search(r"\b(?:sed|echo|tee|cat|envsubst|printf)\b|[Ll]isten|a2enmod\s[^&;]*ssl|a2ensite", text)
        and not re.fullmatch(r"[^&;|]*a2enmod\s+rewrite[^&;|]*", text)
        and re.search(r"[Ll]isten|ports\.conf|ssl|sites-|>", text)
        for text in _run_texts(project, service)
    ):
        return UNKNOWN
    ports = {"80"}
    main = {"/etc/apache2/ports.conf", "/etc/apache2/apache2.conf", "/usr/local/apache2/conf/httpd.conf"}
    for path, file in own:
        given = [place.rpartition(":")[2] for place in _APACHE.findall(file.text)]
        if not all(port.isdigit() for port in given):
            return UNKNOWN
        if path in main and given:
            ports.discard("80")
        ports.update(given)
    return Listening(
        tuple(Listener(port, ANY, "Apache", "listen", service=service.name) for port in sorted(ports)), True
    )


def _fpm(project: Project, service: Service) -> Listening:
    base = project.base_of(service)
    if base is None or base.name not in ("php", "wordpress", "drupal", "nextcloud", "joomla"):
        return UNKNOWN
    own = files_below(project, service, "/usr/local/etc")
    if own is None or any("php-fpm" in text or "www.conf" in text for text in _run_texts(project, service)):
        return UNKNOWN
    listeners = [Listener("9000", ANY, "php-fpm", "image", service=service.name)]
    for path, file in own:
        if "php-fpm" not in path:
            continue
        for place in _FPM.findall(file.text):
            host, _, port = place.rpartition(":")
            if port.isdigit():
                where = host.strip("[]") if host and host not in ("*", "::", "[::]") else ANY
                listeners.append(Listener(port, where, "php-fpm", "listen", service=service.name))
            elif "/" not in place:
                return UNKNOWN
    return Listening(tuple(listeners), True)
