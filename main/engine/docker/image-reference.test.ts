import { describe, expect, it } from 'vitest';
import { canonicalReference, isImageName, parseReference } from './image-reference.ts';

const digest = `sha256:${'0a'.repeat(32)}`;

describe('canonicalReference', () => {
  it.each([
    ['debian', 'docker.io/library/debian:latest'],
    ['debian:bookworm', 'docker.io/library/debian:bookworm'],
    ['docker.io/debian', 'docker.io/library/debian:latest'],
    ['index.docker.io/library/debian', 'docker.io/library/debian:latest'],
    ['team/app:1.2', 'docker.io/team/app:1.2'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/a/b/c', 'localhost:5000/a/b/c:latest'],
    ['Registry.example/app', 'Registry.example/app:latest'],
    ['[::1]:5000/app', '[::1]:5000/app:latest'],
    [`app@${digest}`, `docker.io/library/app@${digest}`],
    [`quay.io/app:1@${digest}`, `quay.io/app:1@${digest}`],
  ])('of %s', (text, expected) => {
    expect(canonicalReference(text)).toBe(expected);
  });
});

describe('parseReference', () => {
  it.each([
    '',
    'Debian',
    'a b',
    'a?b',
    '../x',
    'a//b',
    'a/',
    '-a',
    'a:',
    'a:b:c',
    'a@b',
    'http://a/b',
    'a\n',
    `a:${'x'.repeat(129)}`,
  ])('refuses %j', (text) => expect(parseReference(text)).toBeUndefined());
});

describe('isImageName', () => {
  it('takes ids, whole and short', () => {
    expect(isImageName(digest)).toBe(true);
    expect(isImageName('5b2930b93a86')).toBe(true);
    expect(isImageName('sha256:xyz/../../info')).toBe(false);
  });
});
