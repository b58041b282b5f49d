/**
 * A project whose bytes are known: three stages that the image needs, one it does without, content that reaches the
 * image and content that stays behind, and two ways to waste. Only the base's size is not its own.
 */
export const shop = {
  Dockerfile: `# Assets are packed by one stage, the program is made by another.
ARG VERSION=3.20
FROM alpine:\${VERSION} AS assets
COPY assets /assets
RUN mkdir /packed \\
\t&& cat /assets/logo /assets/style.css > /packed/all

FROM alpine:\${VERSION} AS builder
COPY assets/style.css /src/
RUN mkdir -p /opt && head -c 2000000 /dev/zero > /opt/toolchain
RUN mkdir /out && head -c 700000 /dev/zero > /out/shop

FROM builder AS tester
RUN echo "<img src=x onerror=alert(1)>" > /tested

FROM alpine:\${VERSION}
COPY --from=builder /out/shop /usr/local/bin/shop
COPY --from=assets /packed /srv/assets
COPY assets/style.css /srv/style.css
RUN chmod 755 /usr/local/bin/shop
RUN head -c 1500000 /dev/zero > /tmp/cache
RUN rm /tmp/cache
USER nobody
`,
  'assets/logo': 'logo'.repeat(75_000),
  'assets/style.css': 'body {}\n'.repeat(6_250),
} as const;

/** Bytes of the files that the project makes. */
export const shopBytes = {
  logo: 300_000,
  style: 50_000,
  packed: 350_000,
  toolchain: 2_000_000,
  program: 700_000,
  cache: 1_500_000,
} as const;
