import { describe, expect, it } from 'vitest';
import { imagesFor, platformMatches } from './choose-images.ts';
import { annotatedNames, familiarName } from './image-names.ts';
import { selectImage } from './select-image.ts';

const host = `linux/${({ x64: 'amd64', arm64: 'arm64' } as Record<string, string>)[process.arch] ?? process.arch}`;

const image = (id: string, names: readonly string[] = [], platform = host) => ({
  id: `sha256:${id.repeat(64)}`,
  manifestDigest: `sha256:${id.repeat(63)}0`,
  names,
  platform,
});

const failure = (run: () => unknown) => {
  try {
    return { code: 'no error', result: run() };
  } catch (error) {
    return (error as { info: { code: string; candidates?: string[] } }).info;
  }
};

const a = image('a', ['app:1', 'app:latest']);
const b = image('b', ['example.com/team/other:2']);
const c = image('c');

describe('selectImage', () => {
  it('takes the only image', () => {
    expect(selectImage([c], {})).toBe(c);
    expect(selectImage([image('d', [], 'windows/amd64')], {}).platform).toBe('windows/amd64');
  });

  it('takes a single one as it is, unless its index has it for other platforms', () => {
    const single = image('d', ['app:1'], 'linux/s390x');
    expect(selectImage([single], { platform: 'linux/none' })).toBe(single);
    expect(selectImage([single, b], { image: 'app:1', platform: 'linux/none' })).toBe(single);
    const ofSeveral = { ...single, severalPlatforms: true };
    expect(selectImage([ofSeveral], { platform: 'linux/s390x' })).toBe(ofSeveral);
    expect(failure(() => selectImage([ofSeveral], { platform: 'linux/none' }))).toMatchObject({
      code: 'platform-unavailable',
      candidates: ['linux/s390x'],
    });
  });

  it.each([
    ['app:1', a],
    ['app', a],
    ['docker.io/library/app:1', a],
    ['example.com/team/other:2', b],
    [a.id, a],
    ['bbbbbbbbbbbb', b],
    [c.manifestDigest, c],
    ['0', a],
    ['2', c],
  ])('finds %s', (wanted, expected) => {
    expect(selectImage([a, b, c], { image: wanted })).toBe(expected);
  });

  it.each(['third', '3', '-1', 'other:2', 'bbbb', '__proto__', ''])('does not find %j', (wanted) => {
    expect(failure(() => selectImage([a, b, c], { image: wanted }))).toMatchObject({
      code: 'image-not-found',
      candidates: ['app:1', 'example.com/team/other:2', '2'],
    });
  });

  it('lists what there is where several fit', () => {
    expect(failure(() => selectImage([a, b, c], {}))).toMatchObject({
      code: 'image-ambiguous',
      candidates: ['app:1', 'example.com/team/other:2', '2'],
    });
  });

  it('takes the platform asked for, else the one of this machine', () => {
    const other = image('e', ['app:1'], 'linux/s390x');
    const own = image('f', ['app:1']);
    expect(selectImage([other, own], { platform: 'linux/s390x' })).toBe(other);
    expect(selectImage([other, own], {})).toBe(own);
    expect(failure(() => selectImage([other, own], { platform: 'linux/riscv64' }))).toMatchObject({
      code: 'platform-unavailable',
      candidates: ['linux/s390x', host],
    });
    const third = image('d', ['app:1'], 'linux/ppc64le');
    expect(failure(() => selectImage([other, third], {}))).toMatchObject({
      code: 'image-ambiguous',
      candidates: ['linux/s390x (0)', 'linux/ppc64le (1)'],
    });
  });

  it('does not choose between different images by their platform', () => {
    const other = image('e', ['other:1'], 'linux/s390x');
    expect(failure(() => selectImage([a, other], {}))).toMatchObject({ code: 'image-ambiguous' });
    expect(selectImage([a, other], { platform: 'linux/s390x' })).toBe(other);
  });
});

describe('imagesFor', () => {
  it('keeps everything where nothing fits', () => {
    const other = image('e', ['app:1'], 'linux/s390x');
    expect(imagesFor([a, other], 'linux/s390x')).toEqual([other]);
    expect(imagesFor([a, other], 'linux/none')).toEqual([a, other]);
    expect(imagesFor([a, other], undefined)).toEqual([a, other]);
  });
});

describe('platformMatches', () => {
  it.each([
    ['linux/amd64', 'linux/amd64', true],
    ['linux/amd64', 'linux/x86_64', true],
    ['linux/arm64/v8', 'linux/arm64', true],
    ['linux/arm64', 'linux/arm64/v8', true],
    ['linux/arm64', 'linux/aarch64', true],
    ['linux/arm/v7', 'linux/arm', true],
    ['linux/arm/v7', 'linux/arm/v6', false],
    ['linux/arm', 'linux/arm/v7', false],
    ['linux/amd64', 'windows/amd64', false],
    ['', 'linux/amd64', false],
  ])('%s for %s: %s', (actual, wanted, expected) => {
    expect(platformMatches(actual, wanted)).toBe(expected);
  });
});

describe('names', () => {
  it.each([
    ['debian', 'debian:latest'],
    ['docker.io/library/debian:12', 'debian:12'],
    ['docker.io/team/app', 'team/app:latest'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['registry/library/app:1', 'registry/library/app:1'],
    ['app@sha256:abc', 'app@sha256:abc'],
  ])('%s is %s', (name, familiar) => {
    expect(familiarName(name)).toBe(familiar);
  });

  it('come from annotations, containerd’s first', () => {
    expect(
      annotatedNames({
        'io.containerd.image.name': 'docker.io/library/app:1',
        'org.opencontainers.image.ref.name': '1',
      }),
    ).toEqual(['app:1']);
    expect(annotatedNames({ 'org.opencontainers.image.ref.name': 'team/app:2' })).toEqual(['team/app:2']);
    expect(annotatedNames(undefined)).toEqual([]);
  });
});
