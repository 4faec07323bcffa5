# netlog's image: one bundled program, Node.js, bpftrace and the libraries that the two load. Nothing else is in it:
# no package manager, no perl, no coreutils; a shell only because bpftrace starts one. test/container/README.md says
# what each part weighs. BuildKit and Docker's older builder both build it:
#
#   docker build --build-arg REVISION="$(git rev-parse HEAD)" -t netlog .
#
# Where packages come through a proxy that has a certificate of its own, give base images that trust it.
ARG NODE_IMAGE=node:24-trixie-slim
ARG DEBIAN_IMAGE=debian:trixie-slim
ARG VERSION=0.1.0

FROM ${NODE_IMAGE} AS program
WORKDIR /netlog
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY LICENSE ./
COPY src src
COPY probes probes
RUN npm run --silent bundle
# What --version says and what the label says must be the same.
ARG VERSION
RUN test "$(node dist/bin/netlog.js --version)" = "netlog $VERSION"

FROM ${DEBIAN_IMAGE} AS system
# The suite's own version, with its security updates. binutils has strip: 18 MB of Node.js are its symbols.
RUN apt-get update \
 && apt-get install -y --no-install-recommends 'bpftrace=0.23.2-*' binutils libstdc++6
COPY --from=program /usr/local/bin/node /usr/local/LICENSE* /node/
COPY src/image-root.sh /
RUN mv /node/node /usr/local/bin/ && strip /usr/local/bin/node \
 && sh /image-root.sh /image /bin/sh /usr/bin/bpftrace /usr/local/bin/node \
 && mkdir -p /image/usr/local/share/doc && mv /node /image/usr/local/share/doc/node \
 && printf '#!/bin/sh\nexec /usr/local/bin/node /usr/local/lib/netlog/bin/netlog.js "$@"\n' >/image/usr/local/bin/netlog \
 && chmod 755 /image/usr/local/bin/netlog

FROM scratch
COPY --from=system /image /
COPY --from=program /netlog/dist /usr/local/lib/netlog
ENV PATH=/usr/local/bin:/usr/bin
# bpftrace insists on uid 0.
USER 0:0
# node itself is process 1, so that SIGTERM reaches netlog.
ENTRYPOINT ["/usr/local/bin/node", "/usr/local/lib/netlog/bin/netlog.js"]
ARG VERSION
ARG REVISION=
ARG SOURCE=
LABEL org.opencontainers.image.title="netlog" \
      org.opencontainers.image.description="Logs every TCP connect, accept and close and every UDP bind of a Linux machine, with the process that made it" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.licenses="Apache-2.0"
