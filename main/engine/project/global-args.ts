import type { NameValue } from './name-values.ts';
import { expandText } from './shell-words.ts';

/** The architecture names of container platforms, where they differ from Node's. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

/** The platform an engine on this machine builds for unless told otherwise. */
export function hostPlatform(arch: string = process.arch): string {
  return arch === 'arm' ? 'linux/arm/v7' : `linux/${ARCHITECTURES[arch] ?? arch}`;
}

/**
 * The variables BuildKit knows in every FROM without an ARG (Dockerfile reference, "Automatic platform ARGs in the
 * global scope"); build arguments of the same name replace them.
 */
export function predefinedArgs(platform: string = hostPlatform()): Map<string, string> {
  const [os = '', arch = '', variant = ''] = platform.split('/');
  const build = hostPlatform();
  const [buildOs = '', buildArch = '', buildVariant = ''] = build.split('/');
  return new Map([
    ['BUILDPLATFORM', build],
    ['BUILDOS', buildOs],
    ['BUILDARCH', buildArch],
    ['BUILDVARIANT', buildVariant],
    ['TARGETPLATFORM', platform],
    ['TARGETOS', os],
    ['TARGETARCH', arch],
    ['TARGETVARIANT', variant],
  ]);
}

/** Takes up what an ARG before the first FROM declares. Throws WordError. */
export function declareGlobal(
  globals: Map<string, string>,
  { name, value }: NameValue,
  buildArgs: ReadonlyMap<string, string>,
  escapeCharacter: string,
): void {
  const lookup = (other: string) => globals.get(other);
  const result =
    buildArgs.get(name) ??
    (value === undefined ? undefined : expandText(value, { escape: escapeCharacter, lookup }));
  if (result !== undefined) globals.set(name, result);
}
