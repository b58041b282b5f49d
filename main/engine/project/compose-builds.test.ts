// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is what variables look like in a compose file.
import { homedir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeBuilds } from './compose-builds.ts';

const environment = new Map([
  ['TAG', '1.0'],
  ['FROM_ENV', 'yes'],
]);
/** Of `compose.yaml`, and of what overrides it. */
const read = (...texts: string[]) =>
  composeBuilds(
    texts.map((text, index) => ({ path: index === 0 ? 'compose.yaml' : 'compose.override.yaml', text })),
    (name) => environment.get(name),
  );
const builds = (...texts: string[]) => {
  const found = read(...texts);
  expect(found.problems).toEqual([]);
  return found.builds.map(({ name: _, file: __, line: ___, ...build }) => build);
};
const plain = { context: '.', dockerfile: 'Dockerfile', args: {} };

it('reads every form of a build', () => {
  const text = `
services:
  short: {build: ./dir}
  long:
    image: name
    build:
      context: dir
      dockerfile: Dockerfile.\${TAG}
      target: final
      args: {A: 1.5, B: true, C: "\${TAG}-\${NONE:-none}", FROM_ENV: , NONE: , BIG: 12345678901234567890}
    platform: linux/arm64
  list:
    build:
      args: ["A=b=c", FROM_ENV, NONE, "D=$$HOME"]
  inline:
    build:
      dockerfile_inline: |
        FROM alpine:$TAG
  several: {build: {platforms: [linux/amd64, linux/arm64]}}
  single: {build: {platforms: [linux/amd64]}}
  image: {image: nginx}
`;
  expect(builds(text)).toEqual([
    { service: 'short', ...plain, context: './dir' },
    {
      service: 'long',
      context: 'dir',
      dockerfile: 'Dockerfile.1.0',
      target: 'final',
      args: { A: '1.5', B: 'true', C: '1.0-none', FROM_ENV: 'yes', BIG: '12345678901234567890' },
      platform: 'linux/arm64',
    },
    { service: 'list', ...plain, args: { A: 'b=c', FROM_ENV: 'yes', D: '$HOME' } },
    { service: 'inline', ...plain, inline: 'FROM alpine:1.0\n' },
    { service: 'several', ...plain },
    { service: 'single', ...plain, platform: 'linux/amd64' },
  ]);
});

it('names a service after the first file, and says where it is', () => {
  const base = 'services:\n  a:\n    build: .\n  b:\n    image: x\n';
  const { builds } = read(base, 'services:\n  a:\n    build: {target: t}\n  b: {build: .}\n');
  expect(builds.map(({ name, file, line }) => [name, file, line])).toEqual([
    ['compose.yaml#a', 'compose.yaml', 3],
    ['compose.yaml#b', 'compose.override.yaml', 4],
  ]);
  const extended = read('services:\n  a: {build: .}\n  b: {extends: a}\n').builds;
  expect(extended.map(({ name, line }) => [name, line])).toEqual([
    ['compose.yaml#a', 2],
    ['compose.yaml#b', 3],
  ]);
});

it('merges what overrides, anchors and services that extend others', () => {
  const base = `
x-build: &build {args: {A: 1, B: 1}}
services:
  a: {build: &a {<<: *build, context: a, target: one}}
  b: {build: b}
  c: {extends: a, build: {args: [B=2]}}
  d: {extends: {service: c}, build: {target: two}}
`;
  const override = `
services:
  a: {build: {args: [B=3, C=3], target: three}}
  b: {build: {dockerfile: B.Dockerfile}}
  c: {build: elsewhere}
`;
  expect(builds(base, override)).toEqual([
    { service: 'a', ...plain, context: 'a', target: 'three', args: { A: '1', B: '3', C: '3' } },
    { service: 'b', ...plain, context: 'b', dockerfile: 'B.Dockerfile' },
    { service: 'c', ...plain, context: 'elsewhere', target: 'one', args: { A: '1', B: '2' } },
    { service: 'd', ...plain, context: 'a', target: 'two', args: { A: '1', B: '2' } },
  ]);
});

it('resets and overrides', () => {
  const base = `
services:
  a: {build: {context: a, target: t, args: {A: 1, B: 2}}, platform: linux/arm64}
  b: {build: {context: b, target: t, args: {A: 1, B: 2}}}
  c: {build: {context: c, args: [A=1, B=2]}}
  d: {build: d}
  e: {build: e}
  f: {build: {context: f, dockerfile: F}}
`;
  const override = `
services:
  a: {build: {target: !reset null, args: {A: !reset null, C: 3}}, platform: !reset ""}
  b: {build: !override {context: bb, args: {C: 3}}}
  c: {build: {args: !override [C=3]}}
  d: {build: !reset null}
  e: !reset {}
  f: {build: {dockerfile: !reset "", dockerfile_inline: FROM scratch}}
`;
  expect(builds(base, override)).toEqual([
    { service: 'a', ...plain, context: 'a', args: { B: '2', C: '3' } },
    { service: 'b', ...plain, context: 'bb', args: { C: '3' } },
    { service: 'c', ...plain, context: 'c', args: { C: '3' } },
    { service: 'f', ...plain, context: 'f', inline: 'FROM scratch' },
  ]);
});

describe('secrets and ssh', () => {
  const grants = (...texts: string[]) => builds(...texts).map(({ secrets, ssh }) => ({ secrets, ssh }));

  it('are of files and variables, by every form of naming them', () => {
    const text = `
services:
  a: {build: {secrets: [token, {source: key, target: id}, {source: "\${TAG}", uid: "1"}], ssh: [default, "own=\${TAG}/agent"]}}
  b: {build: {ssh: {default: , own: keys/b}}}
  c: {build: .}
secrets:
  token: {environment: TOKEN}
  key: {file: "./\${TAG}/key"}
  "1.0": {file: /abs, name: other}
`;
    expect(grants(text)).toEqual([
      {
        secrets: [
          { id: 'token', environment: 'TOKEN' },
          { id: 'id', source: './1.0/key' },
          { id: '1.0', source: '/abs' },
        ],
        ssh: [
          { id: 'default', paths: [] },
          { id: 'own', paths: ['1.0/agent'] },
        ],
      },
      {
        secrets: undefined,
        ssh: [
          { id: 'default', paths: [] },
          { id: 'own', paths: ['keys/b'] },
        ],
      },
      { secrets: undefined, ssh: undefined },
    ]);
  });

  it('may begin in the home folder', () => {
    const [found] = grants(
      'services: {a: {build: {secrets: [s], ssh: [default=~/k]}}}\nsecrets: {s: {file: ~/s}}',
    );
    expect(found).toEqual({
      secrets: [{ id: 's', source: join(homedir(), 's') }],
      ssh: [{ id: 'default', paths: [join(homedir(), 'k')] }],
    });
  });

  it('are merged with those below, by their ids', () => {
    const base = `
services:
  a: {build: {secrets: [s, t], ssh: [default, x=1]}}
  b: {build: {secrets: [s], ssh: [default]}}
secrets: {s: {file: s}, t: {environment: T}}
`;
    const override = `
services:
  a: {build: {secrets: [{source: u, target: t}], ssh: [x=2]}}
  b: {build: {secrets: !reset [], ssh: !override [y=1]}}
secrets: {s: {file: other}, u: {file: u}}
`;
    expect(grants(base, override)).toEqual([
      {
        secrets: [
          { id: 's', source: 'other' },
          { id: 't', source: 'u' },
        ],
        ssh: [
          { id: 'default', paths: [] },
          { id: 'x', paths: ['2'] },
        ],
      },
      { secrets: undefined, ssh: [{ id: 'y', paths: ['1'] }] },
    ]);
  });

  it('that cannot be given are a problem of their service', () => {
    const text = `
services:
  a:
    build: {secrets: [nowhere]}
  b:
    build: {secrets: [outside]}
  c:
    build: {secrets: [wrong, ""]}
  d:
    build: {secrets: 5}
secrets:
  outside: {external: true}
  wrong: {file: [1]}
  "": {file: x}
`;
    const { builds, problems } = read(text);
    expect(problems.map(({ line, message }) => [line, message])).toEqual([
      [10, 'The service "d": build.secrets is not what Compose takes there'],
      [13, 'The secret "wrong": file is not what Compose takes there'],
      [4, 'The service "a": its build uses the secret "nowhere", which is not defined'],
      [6, 'The service "b": the secret "outside" is neither a file nor a variable, and left out'],
      [8, 'The service "c": its build uses the secret "wrong", which is not defined'],
    ]);
    expect(builds.map(({ service, secrets }) => [service, secrets])).toEqual([['b', undefined]]);
  });
});

it('follows aliases to services, and services that are merged', () => {
  const text = `
x-service: &service {build: {target: t}}
x-more: &more {c: *service}
services:
  <<: *more
  a: *service
  b: {<<: *service, platform: linux/amd64}
`;
  expect(builds(text)).toEqual([
    { service: 'c', ...plain, target: 't' },
    { service: 'a', ...plain, target: 't' },
    { service: 'b', ...plain, target: 't', platform: 'linux/amd64' },
  ]);
});

it('ends where services extend one another', () => {
  expect(builds('services: {a: {extends: b, build: .}, b: {extends: a, build: {target: t}}}')).toHaveLength(
    2,
  );
});

describe('what is wrong', () => {
  const problems = (...texts: string[]) =>
    read(...texts).problems.map(({ line, message }) => [line, message]);

  it.each<[string, number | undefined, string]>([
    ['services:\n  a: {build: [1', 2, 'must be sufficiently indented'],
    ['services:\n  a: {build: [1]}', 2, 'The service "a": build is not what Compose takes there'],
    ['services:\n  a:\n    build:\n      context: 5', 3, 'build.context is not what'],
    ['services: {a: {build: {args: {X: [1]}}}}', 1, 'build.args.X is not what'],
    ['services: {a: {build: {args: [{X: 1}]}}}', 1, 'build.args.0 is not what'],
    ['services: {a: {build: "${X:?say it}"}}', 1, 'The service "a": the variable X is required: say it'],
    ['services: {a: {build: https://example.org/r.git}}', 1, 'is not a folder, which is not supported'],
    ['services: {a: {build: "git@example.org:r.git"}}', 1, 'is not a folder'],
    ['services: {a: {build: "service:b"}}', 1, 'is not a folder'],
    ['services: {a: {build: {dockerfile: D, dockerfile_inline: F}}}', 1, 'both dockerfile and'],
    ['services: {a: {build: ., extends: nobody}}', 1, 'extends "nobody", which is not there'],
    ['services: {a: {build: *none}}', undefined, 'Unresolved alias'],
    ['services: {a: {build: {<<: 1}}}', undefined, 'Merge sources must be maps'],
    ['services: {a: {build: &b {args: *b}}}', 1, 'build.args.args is not what'],
    ['a: 1\na: 2', 2, 'Map keys must be unique'],
  ])('is told of %j', (text, line, message) => {
    expect(problems(text)).toEqual([[line, expect.stringContaining(message)]]);
    expect(read(text).builds).toEqual([]);
  });

  it('is told of what is left out, which the build may do without', () => {
    const text =
      'include: [other.yaml]\nservices:\n  a:\n    build: {context: ., additional_contexts: [a=b]}\n    extends: {service: b, file: o.yaml}\n';
    expect(problems(text)).toEqual([
      [1, 'The files under "include" are not read'],
      [4, 'The service "a": build.additional_contexts is not supported and left out'],
      [4, 'The service "a": the service that it extends in "o.yaml" is not read'],
    ]);
    expect(read(text).builds).toHaveLength(1);
    expect(problems('services: {a: {build: !own .}}')).toEqual([[1, 'Unresolved tag: !own']]);
  });

  it('leaves the other services alone, and one override cannot save a service', () => {
    const found = read('services: {a: {build: {context: 1}}, b: {build: .}}', 'services: {a: {build: .}}');
    expect(found.builds.map(({ service }) => service)).toEqual(['b']);
  });

  it.each(['', '# nothing', 'null', '- 1', 'services:', 'services: []', 'services: {a: , b: 1}', 'text'])(
    'is nothing in %j',
    (text) => {
      expect(read(text)).toEqual({ builds: [], problems: [] });
    },
  );

  it('names are text', () => {
    const [build] = read('services: {__proto__: {build: {args: {constructor: 2, "": 1}}}}').builds;
    expect(build).toMatchObject({ name: 'compose.yaml#__proto__', service: '__proto__' });
    expect(Object.entries(build!.args)).toEqual([
      ['constructor', '2'],
      ['', '1'],
    ]);
  });

  it('is said of whatever text there is', () => {
    const pieces = [
      'services:',
      'build:',
      'args:',
      'context',
      'extends',
      '<<: ',
      '&a ',
      '*a',
      '{',
      '}',
      '[',
      ']',
    ];
    const text = fc.array(
      fc.constantFrom(
        ...pieces,
        ...['\n', '\n  ', '\n    ', ': ', ', ', '- ', '? ', '!t ', '"', '$', '${', 'a', '1', '|', '---'],
      ),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(text, (chosen) => {
        const { builds, problems } = read(`services: {a: {build: .}}\n${chosen.join('')}`, chosen.join(''));
        expect(builds.length + problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
    for (const deep of ['[', '{a: ', '- ', '- a: ']) {
      expect(problems(deep.repeat(2000))).toEqual([[expect.any(Number), expect.any(String)]]);
    }
  });

  it('an alias that multiplies is refused', () => {
    const lines = ['x0: &x0 [a,a,a,a,a,a,a,a,a,a]'];
    for (let n = 1; n < 9; n++)
      lines.push(
        `x${n}: &x${n} [${Array(10)
          .fill(`*x${n - 1}`)
          .join(',')}]`,
      );
    const text = `${lines.join('\n')}\nservices: {a: {build: {args: *x8}}}\n`;
    expect(problems(text)).toEqual([[undefined, expect.stringContaining('Excessive alias count')]]);
  });
});
