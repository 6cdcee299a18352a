# The command in a container: docker build -t webcertsim . && docker run --rm -v "$PWD:/reports" webcertsim demo
# A mocked journal system must listen for more than the container itself:
#   docker run --rm -p 8080:8080 webcertsim journal --host 0.0.0.0
FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/webcertsim
COPY pyproject.toml constraints.txt README.md LICENSE CHANGELOG.md ./
COPY simulator simulator
COPY wsdl wsdl
COPY scenarios scenarios
COPY docs/reference/scenario.schema.json docs/reference/scenario.schema.json
RUN /opt/webcertsim/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt .

FROM python:3.11-slim
COPY --from=build /opt/webcertsim /opt/webcertsim
ENV PATH=/opt/webcertsim/bin:$PATH PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
# Open to every user, so that `docker run --user` may name any; reports land in what is mounted here.
RUN install -d -m 1777 /reports
WORKDIR /reports
USER 65534:65534
ENTRYPOINT ["webcertsim"]
CMD ["--help"]
