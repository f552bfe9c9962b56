# docker build -t logs-sse-gateway .     src/docs/deploying.md says how to run it.
#
# scripts/image makes everything, and needs no Docker: so tests without a Docker daemon test what runs here.
# To pin the builder by its digest: --build-arg BUILDER=maven:3.9.12-eclipse-temurin-25@sha256:...
ARG BUILDER=maven:3.9.12-eclipse-temurin-25

FROM ${BUILDER} AS build
WORKDIR /source
COPY pom.xml ./
COPY scripts ./scripts
COPY src/main ./src/main
RUN scripts/image /image && mkdir -p /volumes/data

# Nothing but what that folder holds: no shell, no package manager, 80 MB.
FROM scratch
COPY --from=build /image /
# For a volume, and the only place that the gateway may write to: -e DATA_DIR=/data -v logs:/data
# (No VOLUME line: Railway refuses it. Elsewhere it makes a nameless volume for each container, which nobody asked for.)
COPY --from=build --chown=65532:65532 /volumes/data /data
# Without a UTF-8 locale the JVM can not read what is not ASCII in a secret or a path.
ENV LANG=C.UTF-8
ENV LOCPATH=/lib/locale
ENV NODE_ENV=production
USER 65532:65532
EXPOSE 3002
# Needs no curl; follows PORT as the gateway does. A platform that asks GET /health itself does not need it.
HEALTHCHECK --interval=30s --timeout=6s --start-period=10s --retries=3 \
    CMD ["/java/bin/java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx16m", \
         "-jar", "/gateway/gateway.jar", "health"]
# No shell stands in between, so that SIGTERM reaches the gateway. `docker run IMAGE --help` and
# `docker run IMAGE health` work. Heroku insists on a CMD.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/java/bin/java", "@/gateway/options", "-jar", "/gateway/gateway.jar"]
CMD ["serve"]
