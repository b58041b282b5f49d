import { expect, it } from 'vitest';
import { pathAddress } from './path-address.ts';

it('believes the host', () => {
  const suggestions = [
    { path: '/w/app/', kind: 'folder', hint: 'project' },
    { path: '/w/layout/', kind: 'folder', hint: 'oci-layout' },
    { path: '/w/image', kind: 'archive' },
    { path: '/w/x.tar/', kind: 'folder' },
  ] as const;
  expect(pathAddress('/w/app/', suggestions)).toBe('/project?folder=%2Fw%2Fapp');
  expect(pathAddress('/w/layout', suggestions)).toBe('/image?source=archive&path=%2Fw%2Flayout');
  expect(pathAddress('/w/image', suggestions)).toBe('/image?source=archive&path=%2Fw%2Fimage');
  expect(pathAddress('/w/x.tar', suggestions)).toBe('/project?folder=%2Fw%2Fx.tar');
});

it('finds what was typed relative to somewhere', () => {
  const suggestions = [{ path: '/home/me/app/', kind: 'folder' }] as const;
  expect(pathAddress('~/app', suggestions)).toBe('/project?folder=%2Fhome%2Fme%2Fapp');
  expect(pathAddress('app/', suggestions)).toBe('/project?folder=%2Fhome%2Fme%2Fapp');
});

it('goes by the name where the host knows nothing', () => {
  expect(pathAddress('/gone/a.tar.gz', [])).toBe('/image?source=archive&path=%2Fgone%2Fa.tar.gz');
  expect(pathAddress('/gone/a', [])).toBe('/project?folder=%2Fgone%2Fa');
  expect(pathAddress('/', [])).toBe('/project?folder=%2F');
});
