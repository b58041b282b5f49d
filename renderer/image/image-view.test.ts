import { describe, expect, it } from 'vitest';
import { imageAddress, variantAddress } from '../addresses.ts';
import { readImageSubject, readImageView } from './image-view.ts';

const query = (address: string) => new URLSearchParams(address.slice(address.indexOf('?')));

describe('the address of an image', () => {
  it('names a variant of a project and a path', () => {
    const address = query(variantAddress('/a b', 'Dockerfile#x', { path: '/usr' }));
    expect(readImageSubject(address)).toEqual({ kind: 'variant', folder: '/a b', variant: 'Dockerfile#x' });
    expect(readImageView(address)).toMatchObject({ select: '/usr', at: '/', view: 'treemap' });
  });

  it('names an image of the engine or of an archive', () => {
    const engine = { kind: 'engine', reference: 'a:1' } as const;
    const archive = { kind: 'archive', path: '/x.tar', image: '1' } as const;
    const asked = query(imageAddress(engine));
    asked.set('platform', 'linux/arm64');
    expect(readImageSubject(asked)).toEqual({ kind: 'source', source: engine, platform: 'linux/arm64' });
    expect(readImageSubject(query(imageAddress(archive)))).toMatchObject({ source: archive });
    expect(readImageView(query(imageAddress(archive))).select).toBeUndefined();
  });

  it('takes nonsense for nothing', () => {
    expect(readImageSubject(query('?source=evil&ref=a'))).toBeUndefined();
    expect(readImageView(query('?source=engine&ref=a&view=evil&sort=evil&colour=evil'))).toEqual({
      at: '/',
      select: undefined,
      view: 'treemap',
      sort: 'bytes',
      colour: 'origin',
    });
  });
});
