# The bot with its production dependencies. There is no build step: Node 24 runs TypeScript by dropping the types, which
# is all that these sources need (tsconfig.json allows nothing that would have to be compiled).

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:24-slim
LABEL org.opencontainers.image.title="photogpt-bot" \
      org.opencontainers.image.description="A Discord and Slack bot that makes PhotoGPT pictures and videos" \
      org.opencontainers.image.licenses="MIT"

# Health and metrics are asked for from outside of the container, so they cannot stay on its loopback address.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data

WORKDIR /app
# A new volume takes over the owner of the folder it is mounted on.
RUN install -d -o node -g node /data
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY migrations migrations
COPY src src

USER node
VOLUME /data
EXPOSE 8080

# The bot gives its paid calls ten seconds to end; a container that is killed earlier has to sort them out at its next start.
STOPSIGNAL SIGTERM

# The first start builds an embedded database where there is no DATABASE_URL, which takes a while on a small machine.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`, { signal: AbortSignal.timeout(4000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

CMD ["node", "src/main.ts"]
