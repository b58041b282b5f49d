/** A reference to an image, its defaults filled in as the docker command does. */
export interface ImageReference {
  /** `docker.io` for what names no registry. */
  readonly registry: string;
  /** `library/debian`. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** `sha256:…`. */
  readonly digest: string | undefined;
}

// The grammar of distribution/reference: a domain has a dot, a colon or is localhost.
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const host = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*';
const domain = `(?:${host}|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?`;
const grammar = new RegExp(
  `^(?:(${domain})/)?(${component}(?:/${component})*)(?::(\\w[\\w.-]{0,127}))?(?:@([a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}))?$`,
);

/** Undefined when the text is not a reference by Docker's grammar. Without tag and digest the tag is `latest`. */
export function parseReference(text: string): ImageReference | undefined {
  if (text.length > 1024) return undefined;
  const match = grammar.exec(text);
  if (!match) return undefined;
  const [, first, rest = '', tag, digest] = match;
  const isDomain =
    first !== undefined && (/[.:[]/.test(first) || first === 'localhost' || /[A-Z]/.test(first));
  const path = first !== undefined && !isDomain ? `${first}/${rest}` : rest;
  const registry = !isDomain || first === 'index.docker.io' ? 'docker.io' : first;
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  if (repository.length > 255) return undefined;
  return { registry, repository, tag: tag ?? (digest ? undefined : 'latest'), digest };
}

/** `docker.io/library/debian:bookworm`: the form BuildKit prints. Undefined for what is no reference. */
export function canonicalReference(text: string): string | undefined {
  const parsed = parseReference(text);
  if (!parsed) return undefined;
  const tag = parsed.tag ? `:${parsed.tag}` : '';
  const digest = parsed.digest ? `@${parsed.digest}` : '';
  return `${parsed.registry}/${parsed.repository}${tag}${digest}`;
}

/** Whether the text names an image of an engine: a reference, or an id with or without `sha256:`, also shortened. */
export function isImageName(text: string): boolean {
  return parseReference(text) !== undefined || /^(?:sha256:)?[0-9a-f]{4,64}$/.test(text);
}
