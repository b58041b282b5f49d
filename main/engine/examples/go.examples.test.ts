import { describe, expect, it } from 'vitest';
import { askServer, expectNotIn, expectToolIn, runImage, runIn } from './testing/containers.ts';
import { expectExplained } from './testing/expect-explained.ts';
import { givenEngine } from './testing/given-engine.ts';
import { givenExample } from './testing/given-example.ts';
import { leftBehind } from './testing/left-behind.ts';
import { sayAll } from './testing/say.ts';

const engine = givenEngine();
const goVersion = ['go', 'version'] as const;

describe('go-hello: one stage against two, on a full base', () => {
  const example = givenExample('go-hello', engine);

  it('adds up to the byte, with nothing untraced', () => expectExplained(example));

  it('traces the program to the line that compiled it', async () => {
    const { origin } = await example.file('Dockerfile', '/usr/local/bin/hello');
    const line = example.line('Dockerfile', 'RUN go build');
    expect(origin).toMatchObject({ kind: 'stage', id: 'stage:0', name: 'builder', stage: 0, line });
    expect(origin).toMatchObject({ rule: 'exact', through: [0, 1] });
    const base = await example.file('Dockerfile', '/usr/bin/bash');
    expect(base.origin).toMatchObject({
      ...{ kind: 'base', id: 'base:debian:bookworm-slim', stage: 1, rule: 'exact', through: [1] },
      line: example.line('Dockerfile', 'FROM debian'),
    });
  });

  it('leaves the toolchain behind', async () => {
    expect(leftBehind(example.stage('Dockerfile', 'builder'))).toContain('Go toolchain');
    const images = { builder: example.tag('Dockerfile#builder'), result: example.tag('Dockerfile') };
    await expectToolIn(images, goVersion, /^go version go1\./);
    expect(await runIn(example.tag('Dockerfile.single'), ...goVersion)).toMatch(/^go version/);
  });

  it('says why: the toolchain', () => {
    expect(example.baseline()).toBe('Dockerfile.single');
    expect(sayAll(example.difference('Dockerfile'))).toMatch(/Go toolchain/);
    expect(example.difference('Dockerfile').reasons[0]).toMatchObject({ effect: 'smaller' });
  });

  it('runs', async () => {
    expect(await runImage(example.tag('Dockerfile'), 'tests')).toMatch(/^Hello, tests, from linux\//);
    expect(await runImage(example.tag('Dockerfile.single'))).toMatch(/^Hello, world/);
  });
});

describe('go-server: one stage, Alpine, and a base without a shell', () => {
  const example = givenExample('go-server', engine);

  it('adds up to the byte, with nothing untraced', () => expectExplained(example));

  it.each([
    ['Dockerfile', '/usr/local/bin/server'],
    ['Dockerfile.distroless', '/server'],
  ])('traces the server of %s to the line that compiled it', async (dockerfile, path) => {
    const { origin } = await example.file(dockerfile, path);
    const line = example.line(dockerfile, 'RUN CGO_ENABLED=0 go build');
    expect(origin).toMatchObject({ id: 'stage:0', stage: 0, line, rule: 'exact', through: [0, 1] });
  });

  it('traces what the second stage made, and what its base brought', async () => {
    const passwd = await example.file('Dockerfile', '/etc/passwd');
    expect(passwd.origin).toMatchObject({ id: 'stage:1', line: example.line('Dockerfile', 'RUN adduser') });
    const zone = await example.file('Dockerfile.distroless', '/usr/share/zoneinfo/Europe/Berlin');
    expect(zone.origin).toMatchObject({
      id: 'base:gcr.io/distroless/static-debian12:nonroot',
      line: example.line('Dockerfile.distroless', 'FROM gcr.io'),
    });
  });

  it('ships the sources in one stage only, as what they are: the context', async () => {
    const source = await example.file('Dockerfile.single', '/app/cmd/server/main.go');
    const line = example.line('Dockerfile.single', 'COPY . .');
    expect(source.origin).toMatchObject({ id: 'context', kind: 'context', line, rule: 'exact' });
    await expect(example.file('Dockerfile', '/app/cmd/server/main.go')).rejects.toThrow('has no');
  });

  it('leaves the toolchain behind', async () => {
    for (const dockerfile of ['Dockerfile', 'Dockerfile.distroless']) {
      expect(leftBehind(example.stage(dockerfile, 'builder'))).toContain('Go toolchain');
      const images = { builder: example.tag(`${dockerfile}#builder`), result: example.tag(dockerfile) };
      await expectToolIn(images, goVersion, /^go version/);
    }
    expect(await runIn(example.tag('Dockerfile'), 'sh', '-c', 'echo a shell')).toBe('a shell\n');
    await expectNotIn(example.tag('Dockerfile.distroless'), 'sh');
  });

  it('says why: the toolchain', () => {
    for (const variant of ['Dockerfile', 'Dockerfile.distroless']) {
      expect(sayAll(example.difference(variant))).toMatch(/Go toolchain/);
    }
  });

  it.each([
    ['Dockerfile', '/usr/local/bin/server'],
    ['Dockerfile.distroless', '/server'],
    ['Dockerfile.single', '/usr/local/bin/server'],
  ])('serves: %s', async (variant, program) => {
    expect(await askServer(example.tag(variant), program, 'check')).toBe('Good day, container\n');
  });
});

describe('go-scratch: a static program and certificates, and nothing else', () => {
  const example = givenExample('go-scratch', engine);

  it('adds up to the byte, with nothing untraced', () => expectExplained(example));

  it('holds two files: one compiled in the builder, one of its base image', async () => {
    expect(example.variant('Dockerfile').image!.files).toBe(2);
    const program = await example.file('Dockerfile', '/certificates');
    const line = example.line('Dockerfile', 'RUN CGO_ENABLED=0 go build');
    expect(program.origin).toMatchObject({ id: 'stage:0', stage: 0, line, rule: 'exact', through: [0, 1] });
    const bundle = await example.file('Dockerfile', '/etc/ssl/certs/ca-certificates.crt');
    expect(bundle.origin).toMatchObject({
      ...{ kind: 'base', id: 'base:golang:1.22', stage: 0, rule: 'exact', through: [0, 1] },
      line: example.line('Dockerfile', 'FROM golang'),
    });
    const origins = example.variant('Dockerfile').origins!;
    expect(origins.map(({ id, bytes, files }) => ({ id, bytes, files }))).toEqual([
      { id: 'stage:0', bytes: program.bytes, files: 1 },
      { id: 'base:golang:1.22', bytes: bundle.bytes, files: 1 },
    ]);
  });

  it('leaves the toolchain behind', async () => {
    expect(leftBehind(example.stage('Dockerfile', 'builder'))).toContain('Go toolchain');
    const images = { builder: example.tag('Dockerfile#builder'), result: example.tag('Dockerfile') };
    await expectToolIn(images, goVersion, /^go version/);
    await expectNotIn(images.result, 'sh');
  });

  it('says why, held against its builder: there is no single stage', () => {
    expect(example.baseline()).toBe('Dockerfile#builder');
    expect(sayAll(example.difference('Dockerfile'))).toMatch(/Go toolchain/);
  });

  it('runs', async () => {
    expect(await runImage(example.tag('Dockerfile'))).toMatch(/^\d+ certificates in /);
  });
});

describe('go-named-files: two Dockerfiles with names of their own', () => {
  const example = givenExample('go-named-files', engine);
  const [single, multi] = ['Dockerfile-single-golang', 'Dockerfile-multi-golang'];

  it('finds both, and holds the one against the other', () => {
    expect(example.variants().map(({ name, kind }) => [name, kind])).toEqual([
      [multi, 'multi-stage'],
      [`${multi}#build`, 'stage'],
      [single, 'single-stage'],
    ]);
    expect(example.baseline()).toBe(single);
  });

  it('adds up to the byte, with nothing untraced', () => expectExplained(example));

  it('traces the program to the line that compiled it', async () => {
    const { origin } = await example.file(multi, '/app/hello-world-go');
    const line = example.line(multi, 'RUN go mod init');
    expect(origin).toMatchObject({ id: 'stage:0', name: 'build', stage: 0, line, endLine: line + 1 });
    expect(origin).toMatchObject({ rule: 'exact', through: [0, 1] });
    expect(example.variant(multi).image!.files).toBe(1);
  });

  it('leaves behind what apt brought: the toolchain, a C compiler and package lists', async () => {
    const left = leftBehind(example.stage(multi, 'build'));
    expect(left).toContain('Go toolchain');
    expect(left).toContain('apt lists');
    const images = { builder: example.tag(`${multi}#build`), result: example.tag(multi) };
    await expectToolIn(images, goVersion, /^go version/);
    await expectToolIn(images, ['gcc', '--version'], /^gcc /);
    expect(await runIn(example.tag(single), ...goVersion)).toMatch(/^go version/);
  });

  it('says why: the toolchain', () => {
    expect(sayAll(example.difference(multi))).toMatch(/Go toolchain/);
  });

  it('runs', async () => {
    for (const variant of [single, multi]) {
      expect(await runImage(example.tag(variant), 'again')).toBe('Hello World, again\n');
    }
  });
});

describe('go-tester: a stage that nothing copies from', () => {
  const example = givenExample('go-tester', engine);

  it('adds up to the byte, with nothing untraced', () => expectExplained(example));

  it('does not build the tester for the runtime, and says so', () => {
    expect(example.variants().map(({ name }) => name)).toEqual(['Dockerfile', 'Dockerfile#builder']);
    expect(example.stage('Dockerfile', 'tester')).toMatchObject({ built: false, live: null, own: null });
  });

  it('traces the program to the line that compiled it, past the tester', async () => {
    const { origin } = await example.file('Dockerfile', '/usr/local/bin/count');
    const line = example.line('Dockerfile', 'RUN CGO_ENABLED=0 go build');
    expect(origin).toMatchObject({ id: 'stage:0', stage: 0, line, rule: 'exact', through: [0, 2] });
  });

  it('leaves the toolchain behind', async () => {
    expect(leftBehind(example.stage('Dockerfile', 'builder'))).toContain('Go toolchain');
    const images = { builder: example.tag('Dockerfile#builder'), result: example.tag('Dockerfile') };
    await expectToolIn(images, goVersion, /^go version/);
  });

  it('says why: the toolchain', () => {
    expect(sayAll(example.difference('Dockerfile'))).toMatch(/Go toolchain/);
  });

  it('runs', async () => {
    expect(await runImage(example.tag('Dockerfile'), 'two', 'words')).toBe('2 words\n');
  });
});

describe('go-cache-mounts: what a mount keeps is in no layer', () => {
  const example = givenExample('go-cache-mounts', engine);
  const buildCache = '/root/.cache/go-build';

  it('adds up to the byte, with nothing untraced', () => expectExplained(example));

  it.each(['Dockerfile', 'Dockerfile.without'])('traces the program of %s to its line', async (name) => {
    const { origin } = await example.file(name, '/usr/local/bin/digest');
    const line = example.line(name, 'RUN ');
    expect(origin).toMatchObject({ id: 'stage:0', stage: 0, line, rule: 'exact', through: [0, 1] });
  });

  it('has the build cache in the builder without mounts only, and leaves it behind there', async () => {
    expect(leftBehind(example.stage('Dockerfile.without', 'builder'))).toContain('Go build cache');
    expect(leftBehind(example.stage('Dockerfile', 'builder'))).not.toContain('Go build cache');
    const { bytes } = await example.file('Dockerfile.without#builder', buildCache);
    expect(bytes).toBeGreaterThan(1_000_000);
    // The mount leaves its mount point.
    expect((await example.file('Dockerfile#builder', buildCache)).bytes).toBe(0);
    for (const name of ['Dockerfile', 'Dockerfile.without']) {
      expect(leftBehind(example.stage(name, 'builder'))).toContain('Go toolchain');
      const images = { builder: example.tag(`${name}#builder`), result: example.tag(name) };
      await expectToolIn(images, goVersion, /^go version/);
    }
  });

  it('makes the same image with and without', async () => {
    const [one, other] = ['Dockerfile', 'Dockerfile.without'].map((name) => example.variant(name));
    expect(one!.image!.sizes.live).toBe(other!.image!.sizes.live);
  });

  it('runs', async () => {
    expect(JSON.parse(await runImage(example.tag('Dockerfile'), 'a', 'b'))).toEqual({
      text: 'a b',
      sha256: 'c8687a08aa5d6ed2044328fa6a697ab8e96dc34291e8c2034ae8c38e6fcc6d65',
    });
  });
});
