# Centralino in a container, in two stages that use the same scripts as everybody: one that builds, one that only runs.
#
#   docker build -t centralino .
#   docker run -p 8080:8080 -p 2525:2525 -p 7070:7070 -v centralino:/var/lib/centralino centralino
#
# Own settings: mount a file and add `serve --config /etc/centralino/centralino.yaml --data /var/lib/centralino`.

FROM swift:6.3-bookworm AS build
WORKDIR /centralino
COPY script/setup script/build script/
RUN script/setup
COPY . .
# Beside the program belong the folders that the package brings along: the demo's articles and the console's pages.
RUN script/build && mkdir /out && cp -r .build/release/centralino .build/release/*.resources /out/

FROM debian:12-slim
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        ca-certificates curl libcurl4 libgmime-3.0-0 libcmark0.30.2 libgumbo1 libsqlite3-0 libssl3 libstemmer0d zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /var/lib/centralino --create-home --shell /usr/sbin/nologin centralino
COPY --from=build /out/ /opt/centralino/
USER centralino
WORKDIR /var/lib/centralino
VOLUME /var/lib/centralino
EXPOSE 8080 2525 7070
# The program ends itself when its disk fails; SIGTERM stops it within 10 seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["/opt/centralino/centralino"]
# All addresses of the container: what is published, and to whom, is decided outside it.
CMD ["serve", "--data", "/var/lib/centralino", "--http", "0.0.0.0:8080", "--smtp", "0.0.0.0:2525", "--line", "0.0.0.0:7070"]
