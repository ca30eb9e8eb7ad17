# The image of `repopulse`: the executable, the libraries that it links, certificates, time zones, and nothing else: no shell, no package manager.
#   docker build -t repopulse .
#   docker run --read-only -p 8080:8080 -v repopulse:/var/lib/repopulse repopulse serve --repo cli/cli
FROM debian:bookworm-slim AS build
WORKDIR /src
# Packages first: this layer is kept for as long as ./dev stays the same.
COPY dev ./
RUN ./dev setup build
COPY . .
RUN ./dev package image /image

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="repopulse" \
      org.opencontainers.image.description="The pulse of GitHub repositories: average time between events, by REST" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.base.name="scratch"
COPY --from=build /image /
# Inside a container the loopback address reaches nobody. The only folder that is written to is the working folder, which has the store by
# default: a variable for it would beat the settings file of whoever has a MongoDB.
ENV REPOPULSE_LISTEN=0.0.0.0:8080 \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER 10001:10001
WORKDIR /var/lib/repopulse
VOLUME /var/lib/repopulse
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["/usr/bin/repopulse", "health"]
ENTRYPOINT ["/usr/bin/repopulse"]
CMD ["serve"]
