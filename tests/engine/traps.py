"""Projects written by hand, each around one thing about names and networks that people and programs get wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from tests.engine.networks import ANY, LOOPBACK, Case

_FIRST = 25000
# Every service listens on one port; with `inner: true` on the loopback address only. `names` are further questions.
_TRAPS = """
same-alias:  # of two services, one of which shares a second network with the asker
  services:
    first: {networks: {zoo: {aliases: [both]}}}
    second: {networks: {zoo: {aliases: [both]}, ark: {aliases: [both]}}}
    asker: {networks: [zoo, ark]}
  networks: {zoo: , ark: }

order-of-networks:  # by their real names, those with a way out first; the order of the file counts for nothing
  services:
    one: {networks: {late: {aliases: [it]}}}
    two: {networks: {early: {aliases: [it]}}}
    three: {networks: {inner: {aliases: [it]}}}
    all: {networks: [late, inner, early]}
    some: {networks: [inner, late]}
  networks: {late: {name: reach-trap-zz}, early: {name: reach-trap-yy}, inner: {name: reach-trap-aa, internal: true}}

alias-of-another:  # that is another service's name
  services:
    web: {networks: {default: {aliases: [db]}}}
    db: {}
    asker: {}

container-of-another:  # called as another service
  services:
    rx-web: {}
    rx-db: {container_name: rx-web}
    asker: {}

apart:  # no network in common, reached all the same through a published port
  services:
    here: {networks: [one], extra_hosts: ["host.docker.internal:host-gateway"]}
    there: {networks: [two], ports: ["26990:PORT"]}
    inside: {networks: [shut], extra_hosts: ["host.docker.internal:host-gateway"]}
    shut-out: {networks: [shut], ports: ["26991:PORT"]}
    machine: {network_mode: host}
  networks: {one: , two: , shut: {internal: true}}

bridge-links:
  services:
    old: {network_mode: bridge, links: [older, "oldest:Grandpa"]}
    older: {network_mode: bridge, hostname: Elder.example.test}
    oldest: {network_mode: bridge, container_name: reach-trap-oldest, hostname: first}
    alone: {network_mode: bridge, hostname: alone.example.test}

letters:  # small and capital, underscores and dots
  services:
    Web_App: {networks: {Net: {aliases: [ALIAS_x, a.b.c]}}}
    under_score: {networks: [Net], hostname: HOST_name}
    dot.ted: {networks: [Net], container_name: Reach-Trap.Dotted}
    double--dash: {networks: [Net], links: ["Web_App:Linked"]}
  networks: {Net: }
  names: [LINKED, web_app, A.B.C, a.b, Web_App.reach-trap-letters_Net, a.b.c.reach-trap-letters_Net]

name-and-network:  # name.network, where a service is called so as well
  services:
    db: {networks: [one.more]}
    db.reach-trap-name-and-network_one: {networks: [one.more]}
    asker: {networks: [one.more, one]}
  networks: {one: , one.more: }
  names: [db.reach-trap-name-and-network_one.more]

hidden-by-a-link:  # a link's alias takes the name from the service that has it
  services:
    api: {networks: [one]}
    db: {networks: [one]}
    far: {networks: [two]}
    asker: {networks: [one], links: ["api:db"]}
    lost: {networks: [one], links: ["far:db"]}
  networks: {one: , two: }

own-names:  # what a container knows itself by
  services:
    plain: {hostname: itself}
    none: {network_mode: none, hostname: nothing}
    bridge: {network_mode: bridge, hostname: bridged}
    host: {network_mode: host}
    joined: {network_mode: "service:plain"}
    nameless: {network_mode: "service:none"}

chain:  # of stacks, up to the machine's own
  services:
    base: {networks: {default: {aliases: [root]}}, extra_hosts: ["far.test:10.9.8.7"], ports: ["26992:PORT"]}
    upon: {network_mode: "service:base"}
    top: {network_mode: "service:upon"}
    named: {network_mode: "container:reach-trap-chain-base-1", depends_on: [base]}
    machine: {network_mode: host, extra_hosts: ["far.test:10.9.8.8"]}
    beside: {network_mode: "service:machine"}
    asker: {}

hosts-file:  # comes before every other name
  services:
    db: {networks: {default: {ipv4_address: 10.121.7.77}}}
    web: {hostname: twice, extra_hosts: ["db:10.9.8.7", "twice:10.9.8.6", "fixed.test:10.121.7.77"]}
    alias: {networks: {default: {aliases: [host.docker.internal]}}}
  networks: {default: {ipam: {config: [{subnet: 10.121.7.0/24}]}}}

replicas:
  services:
    many: {scale: 3, networks: {default: {aliases: [crowd]}}}
    none: {scale: 0}
    hosts: {deploy: {replicas: 2}, hostname: twins}
    asker: {}
  names: [reach-trap-replicas-many-3, reach-trap-replicas-many-4]

loopback:  # a server that listens for its own container only
  services:
    shy: {inner: true, ports: ["26993:PORT"]}
    beside: {network_mode: "service:shy"}
    asker: {extra_hosts: ["gate.test:host-gateway"]}
    machine: {network_mode: host, inner: true}

silent:  # a network that keeps its containers apart: names, but no connections
  services:
    one: {networks: [quiet]}
    two: {networks: [quiet, loud]}
    three: {networks: [loud]}
    machine: {network_mode: host}
  networks: {quiet: {driver_opts: {com.docker.network.bridge.enable_icc: "false"}}, loud: }

fixed-addresses:
  services:
    one: {networks: {left: {ipv4_address: 10.121.8.10}}}
    two: {networks: {left: {ipv4_address: 10.121.8.11}, right: {ipv4_address: 10.121.9.11}}}
    three: {networks: {right: {ipv4_address: 10.121.9.12}}, extra_hosts: ["one.test:10.121.8.10"]}
    machine: {network_mode: host, extra_hosts: ["one.test:10.121.8.10"]}
  networks:
    left: {ipam: {config: [{subnet: 10.121.8.0/24}]}}
    right: {internal: true, ipam: {config: [{subnet: 10.121.9.0/24}]}}

published-on-loopback:  # of the machine: other containers do not get in
  services:
    held: {ports: ["127.0.0.1:26994:PORT"], networks: [one]}
    asker: {networks: [two], extra_hosts: ["gate.test:host-gateway"]}
    machine: {network_mode: host}
    ignored: {network_mode: host, ports: ["26995:PORT"]}
  networks: {one: , two: }
"""


def traps() -> Iterator[Case]:
    for number, (name, trap) in enumerate(yaml.safe_load(_TRAPS).items()):
        case = Case(f"reach-trap-{name}", services=trap["services"], networks=trap.get("networks", {}))
        case.others += trap.get("names", ())
        for place, (service, body) in enumerate(trap["services"].items()):
            _complete(case, service, body, _FIRST + number * 20 + place)
        yield case


def _complete(case: Case, service: str, body: dict[str, Any], port: int) -> None:
    body["ports"] = [entry.replace("PORT", str(port)) for entry in body.get("ports", ())]
    if not body["ports"]:
        del body["ports"]
    case.serve(service, (LOOPBACK if body.pop("inner", False) else ANY, port))
