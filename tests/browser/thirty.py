"""A project of thirty services on four networks, with a broken connection of every kind: what a map must bear."""

from __future__ import annotations

_SHOP = ("cart", "catalog", "search", "orders", "payments", "invoices", "stock", "prices", "users", "reviews")
_WORKERS = ("mailer", "thumbnails", "exports", "cleanup")
_HEAD = """\
services:
  proxy:
    image: nginx:1.27
    networks: [edge]
    ports: ["80:80", "443:443"]
    environment: {UPSTREAM_URL: "http://web:3000", ADMIN_URL: "http://admin:3000"}
  web:
    image: registry.example.com/shop/web:4
    networks: {edge: {aliases: [www]}, app: {}}
    environment: {API_URL: "http://gateway:8080", REDIS_URL: "redis://localhost:6379/0"}
  admin:
    image: registry.example.com/shop/admin:4
    networks: [edge, app]
    ports: ["127.0.0.1:9000:3000"]
    environment: {API_URL: "http://gateway:8080", SHOP_DATABASE_URL: "postgres://shop:s3cret-word@postgres:5432/shop"}
  gateway:
    image: registry.example.com/shop/gateway:4
    networks: [app]
    environment:
"""
_TAIL = """\
  postgres:
    image: postgres:16
    networks: {data: {ipv4_address: 172.28.0.10}}
    ports: ["15432:5432"]
    environment: {POSTGRES_PASSWORD: s3cret-word, POSTGRES_USER: shop}
    volumes: [pg:/var/lib/postgresql/data]
  redis:
    image: redis:7
    networks: [data]
    volumes: [redis:/data]
  rabbitmq:
    image: rabbitmq:3.13-management
    hostname: rabbit
    networks: [data]
    ports: ["127.0.0.1:15672:15672"]
    volumes: [mq:/var/lib/rabbitmq]
  minio:
    image: minio/minio:latest
    command: server /data
    networks: [data]
    volumes: [objects:/data]
  opensearch:
    image: opensearchproject/opensearch:2
    networks: [data]
    volumes: [index:/usr/share/opensearch/data]
  prometheus:
    image: prom/prometheus:v2.53.0
    networks: [watch, app]
    volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml:ro", "metrics:/prometheus"]
  grafana:
    image: grafana/grafana:11.1.0
    networks: [watch]
    ports: ["3001:3000"]
    environment: {GF_DATASOURCE_URL: "http://prometheus:9090", LOKI_URL: "http://lokii:3100"}
    volumes: [grafana:/var/lib/grafana]
  loki:
    image: grafana/loki:3.1.0
    networks: [watch]
    volumes: [logs:/loki]
  shipper:
    image: grafana/promtail:3.1.0
    network_mode: host
    volumes: ["/var/log:/var/log:ro"]
  tunnel:
    image: registry.example.com/shop/tunnel:1
    network_mode: service:gateway
  backup:
    image: registry.example.com/shop/backup:1
    networks: [data]
    environment: {DATABASE_URL: "postgres://shop@postgres:15432/shop", DATABASE_HOST: 172.28.0.10}
    volumes: ["./backups:/backups"]
  migrate:
    image: registry.example.com/shop/migrate:4
    network_mode: none
networks:
  edge:
  app:
  data: {internal: true, ipam: {config: [{subnet: 172.28.0.0/16}]}}
  watch:
volumes: {pg: , redis: , mq: , objects: , index: , metrics: , grafana: , logs: }
"""


def thirty() -> str:
    """The compose file."""
    text = _HEAD
    for name in _SHOP:
        text += f'      {name.upper()}_URL: "http://{name}:8080"\n'
    for name in _SHOP:
        text += f"  {name}:\n    image: registry.example.com/shop/{name}:4\n    networks: [app, data]\n"
        text += '    environment: {DATABASE_URL: "postgres://shop:s3cret-word@postgres:5432/shop", '
        text += 'REDIS_URL: "redis://redis:6379/1", AMQP_URL: "amqp://guest@rabbit:5672"}\n'
    for name in _WORKERS:
        text += f"  {name}:\n    image: registry.example.com/shop/{name}:4\n    networks: [data]\n"
        text += '    environment: {AMQP_URL: "amqp://guest@rabbit:5672", S3_ENDPOINT: "http://minio:9000"}\n'
    return text + _TAIL
