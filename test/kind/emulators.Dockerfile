# The emulators of Google's metadata server and AWS STS, and a consumer, for the local try-out:
#   docker build --file test/kind/emulators.Dockerfile --tag dataflow-aws-identity/emulators:kind .
ARG NODE_IMAGE=node:26-bookworm-slim

FROM ${NODE_IMAGE} AS modules
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=optional --ignore-scripts

FROM ${NODE_IMAGE}
WORKDIR /app
COPY --from=modules /app/node_modules node_modules
COPY package.json ./
COPY test/emulators test/emulators
COPY test/kind/caller.ts test/kind/
USER 65532:65532
ENTRYPOINT ["node"]
