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
