/**
 * A reference in the form people write: without `docker.io/` and `library/`, with its tag. `debian`,
 * `docker.io/library/debian:latest` and `debian:latest` are one name.
 */
export function familiarName(reference: string): string {
  const short = reference.replace(/^(index\.)?docker\.io\//, '').replace(/^library\/(?=[^/]+$)/, '');
  const last = short.slice(short.lastIndexOf('/') + 1);
  return /[:@]/.test(last) ? short : `${short}:latest`;
}

/**
 * Names an index gives to one of its images. containerd writes the whole name and, as OCI's own annotation, only
 * the tag; others write the whole name there.
 */
export function annotatedNames(annotations: Readonly<Record<string, string>> | null | undefined): string[] {
  const whole = annotations?.['io.containerd.image.name'];
  if (whole) return [familiarName(whole)];
  const name = annotations?.['org.opencontainers.image.ref.name'];
  return name ? [name] : [];
}
