import { z } from 'zod';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { platformMatches } from '../archive/choose-images.ts';
import type { Connection } from './connection.ts';

/** Part of `GET /images/NAME/json?manifests=1`, which engines answer from API 1.48 on with a containerd store. */
const PlatformFacts = z.object({
  Os: z.string().nullish(),
  Architecture: z.string().nullish(),
  Variant: z.string().nullish(),
  Manifests: z
    .array(
      z.object({
        Available: z.boolean().nullish(),
        /** `image`, `attestation` or `unknown`. */
        Kind: z.string().nullish(),
        ImageData: z
          .object({
            Platform: z
              .object({
                os: z.string().nullish(),
                architecture: z.string().nullish(),
                variant: z.string().nullish(),
              })
              .nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
});

type Parts = readonly (string | null | undefined)[];

const platformOf = (parts: Parts) => parts.filter(Boolean).join('/');

/**
 * The platform, as the engine names it, of an image that is there for the one asked for. Throws `platform-unavailable`
 * with the platforms that it is there for, and what the connection throws.
 */
export async function choosePlatform(
  connection: Connection,
  reference: string,
  wanted: string,
  signal?: AbortSignal,
): Promise<string> {
  const facts = PlatformFacts.parse(
    await connection.json({
      method: 'GET',
      path: `/images/${reference}/json`,
      query: { manifests: '1' },
      signal,
    }),
  );
  const own = platformOf([facts.Os, facts.Architecture, facts.Variant]);
  const available = facts.Manifests?.filter(({ Kind, Available }) => Kind === 'image' && Available).map(
    ({ ImageData }) =>
      platformOf([ImageData?.Platform?.os, ImageData?.Platform?.architecture, ImageData?.Platform?.variant]),
  ) ?? [own];
  const chosen = available.find((platform) => platformMatches(platform, wanted));
  if (chosen === undefined) throw platformUnavailable(reference, wanted, available);
  return chosen;
}

export function platformUnavailable(
  reference: string,
  wanted: string,
  available: readonly string[],
): LayerscopeError {
  return new LayerscopeError({
    code: 'platform-unavailable',
    message: `The engine does not have ${reference} for ${JSON.stringify(wanted.slice(0, 100))}`,
    hint: 'Choose one of the platforms it is there for, or pull it for this one',
    candidates: [...new Set(available)],
  });
}

/** The `platform` parameter of an image's requests: engines that know none take no notice of it. */
export function platformQuery(platform: string | undefined): { readonly platform?: string } {
  if (platform === undefined) return {};
  const [os, architecture, variant] = platform.split('/');
  return { platform: JSON.stringify({ os, architecture, ...(variant ? { variant } : {}) }) };
}
