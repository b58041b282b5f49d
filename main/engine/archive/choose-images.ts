import { familiarName } from './image-names.ts';

/** What choosing needs to know of an image. */
export interface Choosable {
  readonly id: string;
  readonly manifestDigest?: string;
  readonly names: readonly string[];
  readonly platform: string;
  /** Whether its index has it for other platforms too, be they here or not. */
  readonly severalPlatforms?: boolean;
}

export interface ImageChoice {
  /** Tag, digest or id, or number from 0 in the archive's order. */
  readonly image?: string;
  /** `linux/arm64`; a variant may be left out. */
  readonly platform?: string;
}

/** The images that go by that name or digest; a number counts from 0. */
export function imagesNamed<T extends Choosable>(images: readonly T[], wanted: string): T[] {
  const named = images.filter(
    ({ id, manifestDigest, names }) =>
      names.includes(wanted) ||
      names.some((name) => familiarName(name) === familiarName(wanted)) ||
      [id, manifestDigest].includes(wanted) ||
      (/^[0-9a-f]{12,64}$/.test(wanted) && id.startsWith(`sha256:${wanted}`)),
  );
  if (named.length > 0 || !/^\d{1,6}$/.test(wanted)) return named;
  const numbered = images[Number(wanted)];
  return numbered ? [numbered] : [];
}

/** Whether an image of the platform `actual` is what `wanted` asks for. */
export function platformMatches(actual: string, wanted: string): boolean {
  const have = parts(actual);
  return parts(wanted).every((part, index) => part === have[index]);
}

/** OCI's names; `v8` is the only variant of arm64 and mostly left out. */
function parts(platform: string): string[] {
  const [os = '', architecture = '', variant] = platform.toLowerCase().split('/');
  const known: Record<string, string> = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64' };
  const name = Object.hasOwn(known, architecture) ? known[architecture]! : architecture;
  const plain = variant === undefined || (name === 'arm64' && variant === 'v8');
  return plain ? [os, name] : [os, name, variant];
}

/** The images of a platform; all of them where there are none, or no platform is asked for. */
export function imagesFor<T extends Choosable>(
  images: readonly T[],
  platform: string | undefined,
): readonly T[] {
  if (platform === undefined) return images;
  const fitting = images.filter((image) => platformMatches(image.platform, platform));
  return fitting.length > 0 ? fitting : images;
}
