import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type BuildEngine, startBuildEngine } from '../testing/build-engine.ts';

vi.setConfig({ testTimeout: 120_000 });

let engine: BuildEngine;
beforeAll(async () => {
  engine = await startBuildEngine();
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

const size = 200_000;
const data = 'x'.repeat(size);
const make = `RUN head -c ${size} /dev/zero | tr '\\0' x > /big`;

interface Fix {
  readonly name: string;
  readonly lines: readonly string[];
  readonly sentence: string;
  /** The same with what the sentence says done. */
  readonly done: readonly string[];
}

const fixes: readonly Fix[] = [
  {
    name: 'joining RUNs',
    lines: [make, 'RUN rm /big'],
    sentence: 'Join the RUNs on lines 2 and 3 into one',
    done: [`${make} && rm /big`],
  },
  {
    name: 'deleting it where it is made',
    lines: [make, 'COPY small /', 'RUN rm /big'],
    sentence: 'Do on line 2 already what line 4 does to it',
    done: [`${make} && rm /big`, 'COPY small /'],
  },
  {
    name: 'changing the mode while copying',
    lines: ['COPY big /', 'RUN chmod 755 /big'],
    sentence: 'Use COPY --chmod on line 2 instead of chmod on line 3',
    done: ['COPY --chmod=755 big /'],
  },
  {
    name: 'changing the owner while copying',
    lines: ['ADD big /', 'RUN chown 7:8 /big'],
    sentence: 'Use ADD --chown on line 2 instead of chown on line 3',
    done: ['ADD --chown=7:8 big /'],
  },
  {
    name: 'mounting what is only read',
    lines: ['COPY big /', 'RUN wc -c < /big > /count && rm /big'],
    sentence: 'Do not copy it on line 2: RUN --mount=type=bind on line 3 can read it without storing it',
    done: ['RUN --mount=type=bind,target=/context wc -c < /context/big > /count'],
  },
  {
    name: 'changing it in a stage of its own',
    lines: ['COPY big /', 'RUN tr x y < /big > /new && mv /new /big'],
    sentence: 'Do lines 2 and 3 in a stage of their own, and copy the result from there',
    done: [
      'COPY big /',
      'RUN tr x y < /big > /new && mv /new /big',
      'FROM alpine:3.20',
      'COPY --from=0 /big /',
    ],
  },
  {
    name: 'not copying again what is there',
    lines: ['COPY big /', 'COPY . /'],
    sentence: 'Copy on line 3 only what line 2 has not copied already',
    done: ['COPY big /', 'COPY Dockerfile Dockerfile.done small /'],
  },
  {
    name: 'leaving what the base has out of chown',
    lines: ['RUN chown 7:8 /bin/busybox'],
    sentence: 'Leave what alpine:3.20 has out of chown on line 2',
    done: ['RUN true'],
  },
];

it.each(fixes)('$name saves what is said, to the byte', async ({ lines, sentence, done }) => {
  const dockerfile = (instructions: readonly string[]) =>
    ['FROM alpine:3.20', ...instructions, ''].join('\n');
  const files = {
    Dockerfile: dockerfile(lines),
    'Dockerfile.done': dockerfile(done),
    big: data,
    small: 'small',
  };
  const variants = ['Dockerfile', 'Dockerfile.done'];
  await engine.withBuild(
    files,
    async ({ variant }) => {
      const waste = variant().waste!;
      expect(waste.totalBytes).toBe(variant().image!.sizes.reclaimable);
      const row = waste.items.find(({ fix }) => fix === sentence);
      expect(row, JSON.stringify(waste.items)).toBeDefined();
      const stored = (name: string) => variant(name).image!.sizes.stored!;
      expect(stored('Dockerfile') - stored('Dockerfile.done')).toBe(row!.bytes);
    },
    { variants },
  );
});
