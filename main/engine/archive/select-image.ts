import { LayerscopeError } from '../../../shared/api/errors.ts';
import { type Choosable, type ImageChoice, imagesNamed, platformMatches } from './choose-images.ts';

/**
 * The one image that is asked for. A platform is asked of an image that has several: a single one is taken as it is.
 * Throws `image-not-found` for a name the archive does not have, `platform-unavailable` for a platform the image is not
 * there for, `image-ambiguous` where several are left; each lists what there is.
 */
export function selectImage<T extends Choosable>(images: readonly T[], { image, platform }: ImageChoice): T {
  const named = image === undefined ? images : imagesNamed(images, image);
  if (named.length === 0) {
    throw new LayerscopeError({
      code: 'image-not-found',
      message: `The archive holds no image ${JSON.stringify(image?.slice(0, 300))}`,
      hint: 'Choose one of those it holds',
      candidates: names(images),
    });
  }
  if (named.length === 1 && !named[0]!.severalPlatforms) return named[0]!;
  if (platform !== undefined) {
    const fitting = named.filter((candidate) => platformMatches(candidate.platform, platform));
    if (fitting.length === 0) {
      throw new LayerscopeError({
        code: 'platform-unavailable',
        message: `The image is not there for ${JSON.stringify(platform.slice(0, 100))}`,
        hint: 'Choose one of the platforms it is there for',
        candidates: [...new Set(named.map((candidate) => candidate.platform))],
      });
    }
    return theOne(fitting);
  }
  if (named.length > 1 && haveSameNames(named)) {
    const own = named.filter((candidate) => platformMatches(candidate.platform, hostPlatform()));
    if (own.length === 1) return own[0]!;
    throw new LayerscopeError({
      code: 'image-ambiguous',
      message: `The image is there for ${named.length} platforms`,
      hint: 'Choose a platform with --platform, or the image by its number with --image',
      candidates: named.map((candidate) => `${candidate.platform} (${images.indexOf(candidate)})`),
    });
  }
  return theOne(named);

  function theOne(candidates: readonly T[]): T {
    if (candidates.length === 1) return candidates[0]!;
    throw new LayerscopeError({
      code: 'image-ambiguous',
      message: `The archive holds ${candidates.length} images that fit`,
      hint: 'Choose one with --image and its tag or number',
      candidates: names(candidates),
    });
  }

  /** Names to choose by; its number for an image without one. */
  function names(candidates: readonly T[]): string[] {
    return candidates.map((candidate) => candidate.names[0] ?? String(images.indexOf(candidate)));
  }
}

/** One image for several platforms, rather than several images. */
function haveSameNames(images: readonly Choosable[]): boolean {
  const platforms = new Set(images.map(({ platform }) => platform));
  const names = new Set(images.map((image) => JSON.stringify([...image.names].sort())));
  return names.size === 1 && platforms.size === images.length;
}

/** What an engine here would run; containers are Linux's on every desktop. */
function hostPlatform(): string {
  const names: Record<string, string> = { x64: 'amd64', ia32: '386' };
  return `linux/${names[process.arch] ?? process.arch}`;
}
