import { describe, expect, it } from 'vitest';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { pathOf } from './path-text.ts';
import { findPath, resolveLink, resolvePath } from './resolve-path.ts';
import { file, latin1, symlink, whiteout } from './testing/layer-of.ts';
import { merged } from './testing/merged.ts';

const fs = merged(
  [
    file('/usr/bin/sh', 'x'),
    file('/gone', 'x'),
    symlink('/bin', 'usr/bin'),
    symlink('/usr/abs/link', '/bin'),
    symlink('/usr/bin/up', '../../../../../../etc/passwd'),
    symlink('/out', '../../../../usr'),
    symlink('/loop', 'loop'),
    symlink('/ping', '/pong/x'),
    symlink('/pong', '/ping'),
    symlink('/dangling', 'nowhere'),
    file('/\xff/a', 'x'),
    file('/\xfe/b', 'x'),
    file(latin1('/ü'), 'x'),
    file('/__proto__/constructor', 'x'),
  ],
  [whiteout('/gone')],
);

const find = (path: string) => {
  const node = findPath(fs, path);
  return node === undefined ? undefined : pathOf(fs, node).path;
};
const follow = (path: string) => {
  const node = resolveLink(fs, resolvePath(fs, path));
  return node === undefined ? undefined : pathOf(fs, node).path;
};

describe('a path', () => {
  it.each(['/usr/bin/sh', '/usr//bin/./sh', '/usr/bin/sh/', 'usr/bin/sh', '/usr/bin/../bin/sh'])(
    'may be written as %s',
    (path) => expect(find(path)).toBe('/usr/bin/sh'),
  );

  it.each(['/', '', '/..', '/../..'])('%j is the root', (path) => expect(find(path)).toBe('/'));

  it('may have any name', () => {
    expect(find('/ü')).toBe('/ü');
    expect(find('/__proto__/constructor')).toBe('/__proto__/constructor');
  });

  it('follows links on the way, not the last one', () => {
    expect(find('/bin/sh')).toBe('/usr/bin/sh');
    expect(find('/usr/abs/link/sh')).toBe('/usr/bin/sh');
    expect(find('/bin')).toBe('/bin');
  });

  it('is found again as it was shown where names are no UTF-8', () => {
    expect(find('/\ufffd/b')).toBe('/\ufffd/b');
    expect(find('/\ufffd')).toBe('/\ufffd');
    // Two look the same: the byte-wise smaller one.
    expect(pathOf(fs, findPath(fs, '/\ufffd')!).pathBase64).toBe(
      Buffer.from([0x2f, 0xfe]).toString('base64'),
    );
  });

  it.each(['/nowhere', '/gone', '/usr/bin/sh/x', '/dangling/x', '/loop/x', '/ping/x', '/toString'])(
    'that is not there is an error: %s',
    (path) => {
      expect(find(path)).toBeUndefined();
      expect(() => resolvePath(fs, path)).toThrow(LayerscopeError);
      expect(() => resolvePath(fs, path)).toThrow(expect.objectContaining({ code: 'path-not-found' }));
    },
  );
});

describe('a link', () => {
  it('leads inside the image, never out of it', () => {
    expect(follow('/bin')).toBe('/usr/bin');
    expect(follow('/usr/abs/link')).toBe('/usr/bin');
    expect(follow('/out')).toBe('/usr');
    // There is no /etc/passwd in the image, whatever the host has.
    expect(follow('/usr/bin/up')).toBeUndefined();
  });

  it('may lead to nothing or in a circle', () => {
    expect(follow('/dangling')).toBeUndefined();
    expect(follow('/loop')).toBeUndefined();
    expect(follow('/ping')).toBeUndefined();
  });

  it('is followed from where it is, and anything else leads to itself', () => {
    expect(follow('/usr/bin/sh')).toBe('/usr/bin/sh');
    expect(follow('/')).toBe('/');
  });
});
