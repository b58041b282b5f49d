// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is what variables look like in a Dockerfile.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyInstructions, copyOfHistory } from './copy-instructions.ts';
import { parseDockerfile } from './parse-dockerfile.ts';
import type { ScopeOptions } from './scope-of-stage.ts';

/** The copies of the last stage, by line. What is expected here is what BuildKit 0.33 made of the same text. */
const all = (source: string, { buildArgs, ...options }: Partial<ScopeOptions> = {}, stage?: number) => {
  const dockerfile = parseDockerfile(source, {
    path: 'Dockerfile',
    context: '.',
    ...(buildArgs && { buildArgs }),
  });
  return copyInstructions(dockerfile, stage ?? dockerfile.stages.length - 1, {
    baseEnv: [],
    baseWorkingDir: '',
    ...(buildArgs && { buildArgs }),
    ...options,
  });
};
/** The only copy, as `sources -> destination`. */
const one = (source: string, options?: Partial<ScopeOptions>) => {
  const [copy, ...more] = all(source, options).values();
  expect(more).toEqual([]);
  return copy && `${copy.sources.join(' ')} -> ${copy.destination}`;
};
/** One line in a stage on a base whose folder is /w. */
const line = (text: string, options?: Partial<ScopeOptions>) =>
  one(`FROM alpine\n${text}\n`, { baseWorkingDir: '/w', ...options });

describe('copyInstructions', () => {
  it('tells a copy from the context with all there is to it', () => {
    expect([...all('FROM alpine\nRUN true\nCOPY \\\n  a b /to/\nADD c /c\n')]).toEqual([
      [
        3,
        {
          keyword: 'COPY',
          from: undefined,
          sources: ['/a', '/b'],
          fetches: false,
          heredocs: [],
          destination: '/to/',
          parents: false,
        },
      ],
      [5, expect.objectContaining({ keyword: 'ADD', sources: ['/c'], destination: '/c' })],
    ]);
  });

  it.each([
    ['COPY a b', '/a -> /w/b'],
    ['COPY ./a ../a a/ /abs/a a//b/../a /', '/a /a /a /abs/a /a/a -> /'],
    ['COPY . .', '/ -> /w/'],
    ['COPY . ./', '/ -> /w/'],
    ['COPY . dir/', '/ -> /w/dir/'],
    ['COPY . dir/.', '/ -> /w/dir/'],
    ['COPY . ..', '/ -> /'],
    ['COPY . ../../x', '/ -> /x'],
    ['COPY a /x/../y//z/', '/a -> /y/z/'],
    ['COPY *.txt d/*/f[0-9]? /to/', '/*.txt /d/*/f[0-9]? -> /to/'],
    ['copy\ta\t b', '/a -> /w/b'],
    ['COPY ["a b", "c", "to here/"]', '/a b /c -> /w/to here/'],
    ['COPY [a, b]', '/[a, -> /w/b]'],
    ['COPY "a" \'b\' /to', '/a /b -> /to'],
    ['COPY a\\ b /to', '/a /b -> /to'],
    ['COPY a\\*b /to', '/a*b -> /to'],
    ['COPY $UNSET /to', '/ -> /to'],
    ['COPY a $UNSET', '/a -> /w/'],
    ['COPY --chown=1:1 --chmod=755 --link --exclude=*.md --exclude=x a /to', '/a -> /to'],
    ['COPY --parents a/b/c /to/', '/a/b/c -> /to/'],
    ['COPY --parents ./a/./b/./../c x/./y /./z /to/', '/a/./c /x/./y /./z -> /to/'],
    ['COPY --parents=false a/./b /to/', '/a/b -> /to/'],
    ['ADD --keep-git-dir --checksum=sha256:0 a.tgz /to/', '/a.tgz -> /to/'],
  ])('reads %s', (text, expected) => {
    expect(line(text)).toBe(expected);
  });

  it.each([
    ['ADD https://example.org/a.tgz /to/', true, []],
    ['ADD https://example.org/r.git#v1:sub b /to/', true, ['/b']],
    ['ADD git@example.org:o/r.git /to/', true, []],
    ['ADD git://example.org/r ssh://git@example.org/r /to/', true, []],
    ['ADD github.com/o/r ftp://x ./git@x:y /to/', false, ['/github.com/o/r', '/ftp:/x', '/git@x:y']],
    ['ARG U=https://example.org\nADD $U/a /to/', true, []],
  ])('tells what %s fetches', (text, fetches, sources) => {
    expect([...all(`FROM alpine\n${text}\n`).values()]).toEqual([
      expect.objectContaining({ fetches, sources }),
    ]);
  });

  it.each([
    ['COPY <<EOF /to\nEOF', ['EOF'], []],
    ['COPY <<a.txt b <<-"c" /to\na.txt\n\tc', ['a.txt', 'c'], ['/b']],
    ["ADD <<'x' 3<<$y /to/\nx\n$y", ['x', '$y'], []],
    ['COPY ["<<EOF", "/to"]', ['EOF'], []],
    ['COPY << /to', [], ['/<<']],
  ])('names the files that heredocs make: %j', (text, heredocs, sources) => {
    const [copy] = all(`FROM alpine\n${text}\n`).values();
    expect(copy?.heredocs).toEqual(heredocs);
    expect(copy?.sources).toEqual(sources);
  });

  it('knows stages by name in any case and by index, and images', () => {
    const source =
      'FROM alpine AS Builder\nFROM debian\nCOPY --from=BUILDER /a /a\nCOPY --from=0 b c\nCOPY --from=nginx:1 x /\nADD y /\n';
    expect([...all(source).values()].map(({ from, sources }) => [from, ...sources])).toEqual([
      [{ kind: 'stage', index: 0 }, '/a'],
      [{ kind: 'stage', index: 0 }, '/b'],
      [{ kind: 'image', reference: 'nginx:1' }, '/x'],
      [undefined, '/y'],
    ]);
  });

  it('leaves out what takes from nothing, and what no build accepts', () => {
    const refused = ['COPY --from=scratch a b', 'COPY --from=7 a b', 'COPY http://x/y b', 'COPY "a b" c'];
    for (const text of [...refused, 'COPY a', 'COPY ${A?must be set} b', 'COPY a <<EOF']) {
      expect([...all(`FROM alpine\n${text}\n`).keys()], text).toEqual([]);
    }
  });

  it('reads the lines of the stage that is asked for only', () => {
    const source = 'FROM alpine AS a\nCOPY 1 /\nFROM a\nCOPY 2 /\nFROM alpine\nCOPY 3 /\n';
    expect([0, 1, 2].map((stage) => [...all(source, {}, stage).keys()])).toEqual([[2], [4], [6]]);
    expect(all(source, {}, 3).size).toBe(0);
  });

  it('takes the escape character of the file', () => {
    expect(one('# escape=`\nFROM alpine\nCOPY a`$X b\\c `\n  /to/\n')).toBe('/a$X /b\\c -> /to/');
  });
});

describe('folders of copyInstructions', () => {
  it.each([
    ['WORKDIR /a\nWORKDIR b/../c\nCOPY x .', '', '/a/c/'],
    ['WORKDIR sub\nCOPY x y', '/w', '/w/sub/y'],
    ['COPY x y\n', '', '/y'],
    ['WORKDIR $NONE\nCOPY x y', '/w', '/w/y'],
    ['ENV D=/opt\nWORKDIR "$D"/app\nCOPY x ./', '/w', '/opt/app/'],
    ['WORKDIR /with space\nCOPY x y', '/w', '/with space/y'],
    ['COPY x y', 'rel', '/rel/rel/y'],
  ])('%j on %j leads to %s', (text, baseWorkingDir, destination) => {
    const [copy] = all(`FROM alpine\n${text}\n`, { baseWorkingDir }).values();
    expect(copy?.destination).toBe(destination);
  });
});

describe('variables of copyInstructions', () => {
  const value = (text: string, options?: Partial<ScopeOptions>) =>
    one(`${text}\nCOPY $X /`, options)?.replace(' -> /', '');

  it.each([
    ['FROM alpine\nENV X=1', '/1'],
    ['FROM alpine\nENV X 1 2', '/1 2'],
    ['FROM alpine\nENV A=1 X=$A', '/'],
    ['FROM alpine\nENV A=1\nENV A=2 X=$A', '/1'],
    ['FROM alpine\nENV A=\\$B X="q \\"$A\\""', '/q ""'],
    ['FROM alpine\nENV X=${A:-"a b"}', '/a b'],
    ["FROM alpine\nENV A=1 \nENV X='$A'", '/$A'],
    ['FROM alpine\nARG X=d', '/d'],
    ['FROM alpine\nARG A=1 X=$A', '/1'],
    ['FROM alpine\nARG X', '/'],
    ['ARG X=global\nFROM alpine', '/'],
    ['ARG X=global\nFROM alpine\nARG X', '/global'],
    ['ARG A=1\nARG X=${A}2\nFROM alpine\nARG X', '/12'],
    ['ARG X=global\nFROM alpine\nARG X=local', '/local'],
    // The later one counts, whatever the reference says.
    ['FROM alpine\nENV X=env\nARG X=arg', '/arg'],
    ['FROM alpine\nARG X=arg\nENV X=env', '/env'],
    ['FROM alpine\nENV X=env\nARG X', '/env'],
    ['FROM alpine\nENV X=$PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['FROM alpine\nENV X=$TARGETARCH', '/'],
    ['FROM alpine\nARG TARGETARCH\nENV X=$TARGETARCH', '/arm64'],
    ['FROM alpine\nARG TARGETARCH=given\nENV X=$TARGETARCH', '/given'],
  ])('%j: X is %s', (text, expected) => {
    expect(value(text, { platform: 'linux/arm64' })).toBe(expected);
  });

  it('come from the base and from build arguments', () => {
    const options = { baseEnv: ['X=base', 'EMPTY', 'Y=a=b'], buildArgs: { X: 'given' } };
    expect(value('FROM alpine', options)).toBe('/base');
    expect(value('FROM alpine\nARG X', options)).toBe('/given');
    expect(value('FROM alpine\nARG X=default', options)).toBe('/given');
    expect(value('FROM alpine\nENV X=$Y$EMPTY', options)).toBe('/a=b');
    expect(value('ARG X\nFROM alpine\nARG Z=$X\nENV X=$Z', options)).toBe('/base');
    expect(value('ARG V=$X\nFROM alpine\nARG V\nENV X=$V', { buildArgs: { V: 'v' } })).toBe('/v');
  });

  it('of a stage hold in the stages on it, where its image does not set them', () => {
    const source = 'FROM alpine AS a\nARG X=arg\nARG Y=arg\nENV Y=env\nFROM a\nCOPY $X$Y /\n';
    expect(one(source, { baseEnv: ['Y=env'] })).toBe('/argenv -> /');
  });

  it('are not told where the base of a stage below may have had another value before', () => {
    const source = (text: string) =>
      `FROM alpine AS a\nARG X=$V\nENV V=2\nFROM a AS b\nFROM b\n${text}COPY $X /\n`;
    expect(one(source(''), { baseEnv: ['V=2'] })).toBeUndefined();
    expect(one(source('ENV X=known\n'), { baseEnv: ['V=2'] })).toBe('/known -> /');
    expect(one(source('WORKDIR $X\n'), { baseEnv: ['V=2'] })).toBeUndefined();
  });

  it('are changed by what the ONBUILD of a stage or an image adds', () => {
    const source = 'FROM alpine AS a\nONBUILD ENV X=1\nONBUILD WORKDIR sub\nFROM a AS b\nCOPY $X y\n';
    const base = { baseWorkingDir: '/w' };
    expect(one(source, base)).toBe('/1 -> /w/sub/y');
    // Once: a stage on that one has only what came of it.
    expect(one(`${source.replace('COPY', '#')}FROM b\nCOPY $X y\n`, base)).toBe('/1 -> /w/y');
    expect(line('COPY $X y', { baseTriggers: ['ENV X=1', 'WORKDIR /opt', 'RUN true'] })).toBe('/1 -> /opt/y');
    const argument = 'FROM alpine AS a\nFROM a\nCOPY $X /\n';
    expect(one(argument, { baseTriggers: ['ARG X=1'] })).toBe('/1 -> /');
  });

  it('leave out a copy that needs to know which stage is built to', () => {
    expect(value('FROM alpine\nARG TARGETSTAGE\nENV X=$TARGETSTAGE')).toBeUndefined();
    expect(value('FROM alpine\nARG TARGETSTAGE=x\nENV X=$TARGETSTAGE')).toBe('/x');
  });
});

it('never throws, and only ever names absolute paths that lead nowhere outside', () => {
  const piece = fc.constantFrom(
    ...[
      'FROM a',
      'COPY',
      'ADD',
      'ENV',
      'ARG',
      'WORKDIR',
      'ONBUILD',
      '\n',
      '\n',
      '\n',
      ' ',
      ' ',
      '$X',
      '${X',
      '}',
    ],
    ...[
      '"',
      "'",
      '\\',
      '../..',
      './',
      '/',
      '*',
      '[',
      ']',
      '<<E',
      '\nE\n',
      '=',
      'X',
      '--parents',
      '--from=0',
      '~',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const dockerfile = parseDockerfile(pieces.join(''), { path: 'Dockerfile', context: '.' });
      for (const { index } of dockerfile.stages) {
        for (const copy of copyInstructions(dockerfile, index, {
          baseEnv: ['X=../x'],
          baseWorkingDir: '/w',
        }).values()) {
          for (const path of [...copy.sources, copy.destination]) {
            expect(path).toMatch(/^\//);
            expect(path.split('/')).not.toContain('..');
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});

describe('copyOfHistory', () => {
  it.each([
    ['COPY . /app # buildkit', '/ -> /app'],
    ['COPY a ./b *.txt to/ # buildkit', '/a /b /*.txt -> /w/to/'],
    ['COPY --parents --chown=1:1 --chmod=755 a/./b . # buildkit', '/a/./b -> /w/'],
    ['COPY a <<EOF /x # buildkit', '/a -> /x'],
    ['ADD https://example.org/x y /x # buildkit', '/y -> /x'],
    ['COPY  /x # buildkit', '/ -> /x'],
  ])('reads %j', (createdBy, expected) => {
    const copy = copyOfHistory(createdBy, '/w');
    expect(`${copy?.sources.join(' ')} -> ${copy?.destination}`).toBe(expected);
    expect(copy?.from).toBeUndefined();
    expect(copy?.heredocs).toEqual(createdBy.includes('<<') ? ['EOF'] : []);
    expect(copy?.fetches).toBe(createdBy.startsWith('ADD'));
    expect(copy?.parents).toBe(createdBy.includes('--parents'));
  });

  it.each(['RUN /bin/sh -c cp a b # buildkit', '/bin/sh -c #(nop) COPY dir:12 in /app ', 'COPY . /app', ''])(
    'says nothing of %j',
    (createdBy) => {
      expect(copyOfHistory(createdBy, '/')).toBeUndefined();
    },
  );
});
