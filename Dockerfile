FROM node:24.21.0-bookworm-slim AS build
WORKDIR /portage
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
# The image has its own Node: without the one that npm brings, it is 120 MB smaller.
RUN node node_modules/typescript/bin/tsc -p tsconfig.build.json \
  && npm prune --omit=dev --ignore-scripts \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:24.21.0-bookworm-slim
# The Temporal client trusts the system's certificate authorities.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production TZ=UTC
WORKDIR /portage
COPY --from=build /portage/package.json ./
COPY --from=build /portage/node_modules ./node_modules
COPY --from=build /portage/dist ./dist
COPY --from=build /portage/examples ./examples
USER node
# Healthy: the Temporal server answers, the namespace fits, and somebody polls the task queue.
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 \
  CMD ["node", "dist/cli/main.js", "doctor", "--json"]
CMD ["node", "dist/cli/main.js", "worker"]
