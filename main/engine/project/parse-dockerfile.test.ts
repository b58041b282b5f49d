// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is what variables look like in a Dockerfile.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dockerfile } from '../../../shared/model/project.ts';
import { type ParseOptions, parseDockerfile } from './parse-dockerfile.ts';

const parse = (source: string, options: Partial<ParseOptions> = {}) => {
  const dockerfile = parseDockerfile(source, { path: 'Dockerfile', context: '.', ...options });
  expect(Dockerfile.parse(dockerfile)).toEqual(dockerfile);
  return dockerfile;
};
const bases = (source: string, options?: Partial<ParseOptions>) => {
  const { problem, stages } = parse(source, options);
  expect(problem).toBeUndefined();
  return stages.map(({ base }) =>
    base.kind === 'image' ? base.reference : base.kind === 'stage' ? base.index : base.kind,
  );
};
const copies = (source: string) =>
  parse(source)
    .stages.at(-1)!
    .copies.map(({ source }) => (source.kind === 'stage' ? source.index : source.reference));

describe('stages', () => {
  it('are read with their instructions and lines', () => {
    const source =
      'FROM golang:1.22 AS Builder\nWORKDIR /app\nRUN go \\\n  build\n\nFROM scratch\ncopy --from=builder /app /\n';
    const { problem, stages } = parse(source);
    expect(problem).toBeUndefined();
    expect(stages).toEqual([
      {
        index: 0,
        name: 'Builder',
        base: { kind: 'image', reference: 'golang:1.22' },
        line: 1,
        endLine: 4,
        instructions: [
          { keyword: 'FROM', text: 'FROM golang:1.22 AS Builder', line: 1, endLine: 1 },
          { keyword: 'WORKDIR', text: 'WORKDIR /app', line: 2, endLine: 2 },
          { keyword: 'RUN', text: 'RUN go \\\n  build', line: 3, endLine: 4 },
        ],
        copies: [],
      },
      {
        index: 1,
        base: { kind: 'scratch' },
        line: 6,
        endLine: 7,
        instructions: [
          { keyword: 'FROM', text: 'FROM scratch', line: 6, endLine: 6 },
          { keyword: 'COPY', text: 'copy --from=builder /app /', line: 7, endLine: 7 },
        ],
        copies: [{ line: 7, source: { kind: 'stage', index: 0 } }],
      },
    ]);
  });

  it('start from the nearest earlier stage of a name, in any case, before an image', () => {
    expect(bases('FROM a AS x\nFROM b AS X\nFROM X\nFROM later\nFROM c AS later')).toEqual([
      'a',
      'b',
      1,
      'later',
      'c',
    ]);
  });

  it('may be called like members of every object', () => {
    expect(bases('FROM a AS constructor\nFROM __proto__\nFROM constructor\nFROM toString')).toEqual([
      'a',
      '__proto__',
      0,
      'toString',
    ]);
  });
});

describe('ARG in FROM', () => {
  it('has its default, the build argument, or a modifier', () => {
    const source = 'ARG V=1.22\nARG I="golang"\nFROM $I:${V}-${S:-slim}\n';
    expect(bases(source)).toEqual(['golang:1.22-slim']);
    expect(bases(source, { buildArgs: { V: '2', S: 'no ARG, no effect' } })).toEqual(['golang:2-slim']);
    expect(bases(`ARG S\n${source}`, { buildArgs: { S: 'tiny' } })).toEqual(['golang:1.22-tiny']);
  });

  it('can build on earlier ones, and several can stand in one line', () => {
    expect(bases('ARG A=1 B=x$A\nARG A=2\nFROM i:$A-$B')).toEqual(['i:2-x1']);
  });

  it('counts before the first FROM only', () => {
    expect(bases('ARG A=1\nFROM a:$A\nARG A=2\nFROM b:$A')).toEqual(['a:1', 'b:1']);
  });

  it('names a stage too', () => {
    expect(bases('ARG BASE=dev\nFROM a AS dev\nFROM $BASE')).toEqual(['a', 0]);
  });

  it('knows the platform without being declared', () => {
    const source = 'FROM --platform=$BUILDPLATFORM a:$TARGETARCH$TARGETVARIANT-$TARGETOS';
    expect(bases(source, { platform: 'linux/arm/v7' })).toEqual(['a:armv7-linux']);
    expect(bases(source, { platform: 'linux/arm/v7', buildArgs: { TARGETARCH: 'x' } })).toEqual([
      'a:xv7-linux',
    ]);
  });

  it('lists every ARG once, with the first default there is', () => {
    const { args } = parse('ARG A\nARG B="x $A"\nFROM a\nARG A=1\nARG C D=\nARG __proto__=p\n');
    expect(args).toEqual([
      { name: 'A', line: 1, default: '1' },
      { name: 'B', line: 2, default: 'x $A' },
      { name: 'C', line: 5 },
      { name: 'D', line: 5, default: '' },
      { name: '__proto__', line: 6, default: 'p' },
    ]);
  });

  it.each([
    ['FROM $NOTHING', 'becomes ""'],
    ['FROM golang:${V}', 'becomes "golang:"'],
    ['FROM ${V:?missing}', 'missing'],
    ['FROM --platform=$P a', 'platform'],
  ])('makes %j a problem', (source, message) => {
    expect(parse(source).problem?.message).toContain(message);
  });
});

describe('what a stage takes from others', () => {
  it('is named in any case or numbered, later stages included, the last of a name', () => {
    expect(
      copies(
        'FROM a AS x\nFROM b AS x\nFROM c\nCOPY --from=X a b\nCOPY --chown=1 --from="0" a b\nCOPY --from=other:1 a b',
      ),
    ).toEqual([1, 0, 'other:1']);
    expect(parse('FROM a\nCOPY --from=late x y\nFROM b AS late').stages[0]!.copies).toEqual([
      { line: 2, source: { kind: 'stage', index: 1 } },
    ]);
  });

  it('includes mounts that bind, where a number is an image', () => {
    const source = `FROM a AS x
FROM b
RUN --mount=type=bind,from=x,target=/x --mount=from=busybox,target=/y ls
RUN --mount=type=cache,target=/z,from=X --mount=type=secret,id=s --mount=target=.,from=0 ls
COPY --from=scratch a b
COPY a --from=x`;
    expect(copies(source)).toEqual([0, 'busybox', 0, '0']);
  });

  it('includes what ONBUILD of its base adds, at the FROM line', () => {
    const { stages } = parse(
      'FROM a AS tools\nFROM b AS base\nONBUILD COPY --from=tools x y\nFROM base\nRUN z',
    );
    expect(stages[1]!.copies).toEqual([]);
    expect(stages[2]!.copies).toEqual([{ line: 4, source: { kind: 'stage', index: 0 } }]);
  });
});

describe('a problem', () => {
  it.each([
    ['', 1, 'no FROM'],
    ['# only a comment\n', 1, 'no FROM'],
    ['RUN x\nFROM a', 1, 'before the first FROM'],
    ['FROM a\nRUNN x', 2, '"RUNN" is not a Dockerfile instruction'],
    ['FROM a\n\nCOPY x', 3, 'COPY needs'],
    ['FROM a\nCOPY ["x"]', 2, 'COPY needs'],
    ['FROM a\nWORKDIR', 2, 'WORKDIR needs an argument'],
    ['FROM', 1, 'FROM needs'],
    ['FROM a b', 1, 'FROM takes'],
    ['FROM a AS 1x', 1, '"1x" cannot be the name'],
    ['FROM a AS <img/onerror>', 1, 'cannot be the name'],
    ['FROM a\nENV A', 2, 'ENV needs'],
    ['FROM a\nLABEL a=b c', 2, 'no "=" in "c"'],
    ['FROM a\nSHELL sh', 2, 'JSON'],
    ['FROM a\nONBUILD FROM b', 2, 'cannot follow ONBUILD'],
    ['FROM a\nONBUILD COPY x', 2, 'COPY needs'],
    ['FROM a\nRUN <<EOF\nx', 2, 'never ended'],
    ['FROM a\nCOPY --from=3 x y', 2, 'no stage 3'],
    ['FROM a\nCOPY --from=-1 x y', 2, 'no stage -1'],
    ['FROM a\nCOPY --from=$X x y', 2, 'no variable'],
    ['FROM a AS x\nCOPY --from=x a b', 2, 'need each other'],
    ['FROM a AS x\nCOPY --from=y a b\nFROM x AS y', 2, 'need each other'],
  ])('in %j is on line %i', (source, line, message) => {
    const { problem } = parse(source);
    expect(problem).toMatchObject({ code: 'dockerfile-invalid', dockerfile: 'Dockerfile', line });
    expect(problem?.message).toContain(message);
    expect(problem?.text).toBe(source.split('\n')[line - 1]);
  });

  it('leaves the stages that can be read', () => {
    const { problem, stages } = parse('FROM a AS x\nNOPE\nFROM b\nCOPY --from=x c d');
    expect(problem?.line).toBe(2);
    expect(stages.map(({ copies }) => copies.length)).toEqual([0, 1]);
  });

  it.each([
    'CMD',
    'RUN',
    'ENTRYPOINT []',
    'copy ["a b", "c"]',
    'ENV A b',
    'ENV A="b c" D=e',
    'HEALTHCHECK NONE',
    'COPY --from=img a b',
    'ADD https://x/y z',
  ])('is not in %j', (line) => {
    expect(parse(`from a\n${line}\n`).problem).toBeUndefined();
  });

  it('is not an instruction that another frontend may know', () => {
    expect(parse('# syntax=me/mine\nFROM a\nINCLUDE x').problem).toBeUndefined();
    expect(parse('# syntax=docker/dockerfile:1\nFROM a\nINCLUDE x').problem?.line).toBe(3);
  });
});

describe('hostile text', () => {
  it('never throws, and its instructions cover ascending, separate lines', () => {
    const word = fc.constantFrom(
      'FROM',
      'COPY',
      'RUN',
      'ARG',
      'ONBUILD',
      '--from=',
      '--mount=from=',
      '$',
      '${',
      '}',
      ':-',
      'AS',
      'a',
      '0',
      '\n',
      '\\\n',
      ' ',
      ' ',
      '"',
      '<<E',
      '\nE\n',
      '\0',
      '[',
      '__proto__',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.array(word, { maxLength: 80 }).map((words) => words.join('')),
    );
    fc.assert(
      fc.property(text, (source) => {
        let last = 0;
        for (const stage of parse(source).stages) {
          expect(stage.line).toBe(stage.instructions[0]!.line);
          expect(stage.endLine).toBe(stage.instructions.at(-1)!.endLine);
          for (const { line, endLine } of stage.instructions) {
            expect(line).toBeGreaterThan(last);
            expect(endLine).toBeGreaterThanOrEqual(line);
            last = endLine;
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['words', `FROM a\nRUN ${'a '.repeat(1 << 19)}`],
    ['flags', `FROM ${'--a '.repeat(1 << 18)}`],
    ['variables', `ARG A=${'$x'.repeat(1 << 19)}\nFROM a`],
    ['heredocs', `FROM a\nRUN ${'<<A '.repeat(1 << 18)}`],
    ['image', `FROM ${'x'.repeat(1 << 20)}`],
    ['mounts', `FROM a\nRUN --mount=${'from=b,'.repeat(1 << 17)} x`],
    ['lines', 'FROM a\n\\\n'.repeat(1 << 16)],
    ['stages', 'FROM a\n'.repeat(1 << 17)],
  ])('of a megabyte of %s takes seconds at most', (_, source) => {
    const started = performance.now();
    parse(source);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
