# docker build -t dockerlint . && docker run --rm -v "$PWD:/src:ro" dockerlint
FROM python:3.13-alpine AS build
WORKDIR /dockerlint
COPY pyproject.toml build_cards.py README.md LICENSE ./
COPY dockerlint dockerlint
COPY rules rules
RUN python -m venv --without-pip /opt/dockerlint \
    && pip --python /opt/dockerlint install --no-cache-dir --disable-pip-version-check .

FROM python:3.13-alpine
COPY --from=build /opt/dockerlint /opt/dockerlint
ENV PATH=/opt/dockerlint/bin:$PATH
USER 65534:65534
WORKDIR /src
ENTRYPOINT ["dockerlint"]
CMD ["check"]
