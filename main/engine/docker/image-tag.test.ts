import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReference } from './image-reference.ts';
import { imageTag } from './image-tag.ts';

describe('imageTag', () => {
  it('names folder and variant, with a hash of the path', () => {
    expect(imageTag('/home/me/Go Hello', 'Dockerfile')).toMatch(
      /^layerscope\/go-hello-[0-9a-f]{8}:dockerfile$/,
    );
    expect(imageTag('/home/me/app', 'Dockerfile.single')).toMatch(/:dockerfile\.single$/);
    expect(imageTag('C:\\work\\App\\', 'Containerfile')).toMatch(
      /^layerscope\/app-[0-9a-f]{8}:containerfile$/,
    );
  });

  it('tells folders of one name and variants of one tag apart', () => {
    expect(imageTag('/a/app', 'Dockerfile')).not.toBe(imageTag('/b/app', 'Dockerfile'));
    const names = [
      'Dockerfile',
      'dockerfile',
      'DOCKERFILE',
      'a#b',
      'a-b',
      'a/b',
      'A-b',
      'a b',
      'a.b',
      'a..b',
      '.a-b',
    ];
    expect(new Set(names.map((name) => imageTag('/a', name))).size).toBe(names.length);
  });

  it.each(['', '/', '---', '日本', "<img onerror='x'>", '__proto__', 'x'.repeat(5000), 'a\nb', '..', '-.-'])(
    'is a valid reference for the name %j',
    (name) => {
      expect(parseReference(imageTag(`/${name}`, name))).toMatchObject({ registry: 'docker.io' });
    },
  );

  it('is valid and injective for any names', () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (folder, variant) => {
        const tag = imageTag(folder, variant);
        const key = JSON.stringify([folder, variant]);
        expect(parseReference(tag)).toBeDefined();
        expect(seen.get(tag) ?? key).toBe(key);
        seen.set(tag, key);
      }),
    );
  });
});
