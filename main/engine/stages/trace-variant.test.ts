import { describe, expect, it } from 'vitest';
import type { StageBase } from '../../../shared/model/project.ts';
import { mergeLayers } from '../filesystem/merge-layers.ts';
import {
  bytes,
  dir,
  file,
  hardlink,
  type Item,
  layerOf,
  symlink,
  whiteout,
} from '../filesystem/testing/layer-of.ts';
import { merged } from '../filesystem/testing/merged.ts';
import type { CopyInstruction } from '../project/copy-instructions.ts';
import type { LayerOwner } from './attribute-layers.ts';
import type { StageImage } from './trace-stage.ts';
import { traceVariant, type VariantTrace } from './trace-variant.ts';

type Layer = readonly [owner: LayerOwner | undefined, ...items: Item[]];

let layers = 0;

/** A stage of layers that no other image has, on those of another one. */
function stage(index: number, base: StageBase | StageImage, ...own: readonly Layer[]): StageImage {
  const below = 'filesystem' in base ? base : undefined;
  const indexes = own.map(([, ...items]) => ({ ...layerOf(...items), diffId: `sha256:${layers++}` }));
  return {
    index,
    name: `s${index}`,
    line: index * 10 + 1,
    base: below ? { kind: 'stage', index: below.index } : (base as StageBase),
    filesystem: mergeLayers([...(below?.filesystem.layers ?? []), ...indexes]),
    owners: [...(below?.owners ?? []), ...own.map(([owner]) => owner)],
  };
}

const scratch = { kind: 'scratch' } as const;
const image = (reference: string) => ({ kind: 'image', reference }) as const;
const base = (reference: string, stage: number): LayerOwner => ({
  kind: 'base',
  reference,
  stage,
  line: stage * 10 + 1,
});
const run = (stage: number, line: number): LayerOwner => ({
  kind: 'instruction',
  stage,
  line,
  endLine: line,
});
const copy = (
  stage: number,
  line: number,
  sources: string | string[],
  destination: string,
  more: Partial<CopyInstruction> = {},
): LayerOwner => ({
  kind: 'instruction',
  stage,
  line,
  endLine: line,
  copy: {
    keyword: 'COPY',
    from: undefined,
    sources: [sources].flat(),
    fetches: false,
    heredocs: [],
    destination,
    parents: false,
    ...more,
  },
});
const from = (index: number) => ({ from: { kind: 'stage', index } }) as const;

/** `id line rule: bytes`, of what has bytes. */
function originsOf({ origins }: VariantTrace): string[] {
  return origins.flatMap(({ id, lines }) =>
    lines
      .filter((line) => line.bytes > 0)
      .map(({ line, rule, bytes }) => `${id} line ${line} ${rule}: ${bytes}`),
  );
}

const flowsOf = ({ flows }: VariantTrace) => flows.map(({ from, to, bytes }) => `${from} → ${to}: ${bytes}`);

describe('traceVariant', () => {
  const certificates = file('/etc/ssl/ca.crt', bytes(500, 'c'));
  const builder = stage(
    0,
    image('golang'),
    [base('golang', 0), certificates, file('/usr/go', bytes(1000, 'g'))],
    [copy(0, 12, '/main.go', '/src/'), file('/src/main.go', bytes(30, 'm'))],
    [run(0, 13), file('/out/app', bytes(200, 'a')), file('/out/app.map', bytes(20, 'p'))],
  );
  const context = merged([file('/main.go', bytes(30, 'm')), file('/docs/x', bytes(9, 'd'))]);

  it('follows a copy into the stage, and through it to its base and the context', () => {
    const final = stage(
      1,
      scratch,
      [copy(1, 22, '/out/app', '/app', from(0)), file('/app', bytes(200, 'a'))],
      [copy(1, 23, '/etc/ssl', '/etc/ssl/', from(0)), file('/etc/ssl/ca.crt', bytes(500, 'c'))],
      [copy(1, 24, '/src', '/src', from(0)), file('/src/main.go', bytes(30, 'm'))],
    );
    const trace = traceVariant({ target: 1, stages: [final, builder], context });
    expect(originsOf(trace)).toEqual([
      'base:golang line 1 exact: 500',
      'stage:0 line 13 exact: 200',
      'context line 12 exact: 30',
    ]);
    expect(flowsOf(trace)).toEqual([
      'stage:0 → stage:1: 730',
      'stage:1 → image: 730',
      'base:golang → stage:0: 500',
      'context → stage:0: 30',
    ]);
    expect(trace.stages[0]).toMatchObject({
      index: 0,
      live: 1750,
      own: 250,
      shared: 0,
      reached: 730,
      leftBehind: 1020,
    });
    expect(trace.stages[1]).toMatchObject({ live: 730, own: 730, shared: 730, reached: 0, leftBehind: 0 });
    expect(trace.leftBehind).toBe(1020);
  });

  it('says so where content was found elsewhere: the same name first, then the smallest path', () => {
    const twins = stage(
      0,
      scratch,
      [run(0, 2), file('/b/tool', 'same'), file('/a/x', 'same')],
      [run(0, 3), file('/z/tool', 'same'), file('/z/y', 'other')],
    );
    const final = stage(
      1,
      scratch,
      [copy(1, 22, '/nowhere', '/bin/', from(0)), file('/bin/tool', 'same')],
      [copy(1, 23, '/nowhere', '/bin/', from(0)), file('/bin/other', 'same')],
    );
    const trace = traceVariant({ target: 1, stages: [twins, final] });
    expect(originsOf(trace)).toEqual(['stage:0 line 2 moved: 8']);
    const { origins } = trace.stages.at(-1)!;
    expect(origins.sources.filter(({ rule }) => rule === 'moved')).toHaveLength(1);
    // /b/tool, not /z/tool; /a/x, not /b/tool.
    expect(trace.stages[0]).toMatchObject({ reached: 8, leftBehind: 9 });
  });

  it('takes the named path where two stages hold the same', () => {
    const first = stage(0, scratch, [run(0, 2), file('/tool', 'same')]);
    const second = stage(1, scratch, [run(1, 12), file('/tool', 'same')]);
    const final = stage(2, scratch, [copy(2, 22, '/tool', '/', from(1)), file('/tool', 'same')]);
    const trace = traceVariant({ target: 2, stages: [first, second, final] });
    expect(originsOf(trace)).toEqual(['stage:1 line 12 exact: 4']);
    expect(trace.stages.find(({ index }) => index === 0)).toMatchObject({ reached: 0, leftBehind: 4 });
  });

  it('keeps what a copy lost as untraced, with its line', () => {
    const final = stage(1, scratch, [
      copy(1, 22, '/out', '/out', from(0)),
      file('/out/app', bytes(200, 'A')),
      file('/out/app.map', bytes(20, 'p')),
    ]);
    const trace = traceVariant({ target: 1, stages: [builder, final], context });
    expect(originsOf(trace)).toEqual(['untraced line 22 null: 200', 'stage:0 line 13 exact: 20']);
    expect(flowsOf(trace)).toContain('untraced → stage:1: 200');
  });

  it('keeps everything as untraced that a stage gave which could not be had', () => {
    const final = stage(1, scratch, [copy(1, 22, '/out', '/out', from(0)), file('/out/app', 'x')]);
    expect(originsOf(traceVariant({ target: 1, stages: [final] }))).toEqual(['untraced line 22 null: 1']);
  });

  it('books layers of which nobody knows who made them as untraced, at the FROM', () => {
    const alone = stage(0, image('x'), [undefined, file('/a', 'abc')]);
    const trace = traceVariant({ target: 0, stages: [alone] });
    expect(originsOf(trace)).toEqual(['untraced line 1 null: 3']);
    expect(trace.stages[0]!.own).toBeUndefined();
  });

  it('traces copies of the context by the context as it was sent', () => {
    const alone = stage(0, scratch, [
      copy(0, 2, ['/main.go', '/docs'], '/app/'),
      file('/app/main.go', bytes(30, 'm')),
      file('/app/x', bytes(9, 'd')),
      file('/app/renamed', bytes(9, 'd')),
      file('/app/made', 'no context has it'),
    ]);
    expect(originsOf(traceVariant({ target: 0, stages: [alone], context }))).toEqual([
      'context line 2 exact: 39',
      'context line 2 moved: 9',
      'untraced line 2 null: 17',
    ]);
    expect(originsOf(traceVariant({ target: 0, stages: [alone] }))).toEqual(['untraced line 2 null: 65']);
  });

  it('books what ADD unpacked or fetched under the ADD', () => {
    const archive = merged([file('/app.tar.gz', 'archive'), file('/other/LICENSE', 'free')]);
    const add = { keyword: 'ADD' } as const;
    const alone = stage(
      0,
      scratch,
      [copy(0, 2, '/app.tar.gz', '/', add), file('/LICENSE', 'free'), file('/bin/app', 'unpacked')],
      [copy(0, 3, [], '/x', { ...add, fetches: true }), file('/x', 'fetched')],
      [copy(0, 4, '/other', '/o/', add), file('/o/LICENSE', 'free')],
    );
    expect(originsOf(traceVariant({ target: 0, stages: [alone], context: archive }))).toEqual([
      'stage:0 line 2 exact: 12',
      'stage:0 line 3 exact: 7',
      'context line 4 exact: 4',
    ]);
  });

  it('books heredocs under their instruction', () => {
    const alone = stage(
      0,
      scratch,
      [copy(0, 2, [], '/etc/motd', { heredocs: ['EOF'] }), file('/etc/motd', 'hello')],
      [
        copy(0, 5, '/main.go', '/src/', { heredocs: ['a', 'b'] }),
        file('/src/a', 'aa'),
        file('/src/b', 'bb'),
        file('/src/main.go', bytes(30, 'm')),
      ],
    );
    expect(originsOf(traceVariant({ target: 0, stages: [alone], context }))).toEqual([
      'context line 5 exact: 30',
      'stage:0 line 2 exact: 5',
      'stage:0 line 5 exact: 4',
    ]);
  });

  it('takes all of an external image as it is', () => {
    const source = { from: { kind: 'image', reference: 'nginx:1' } } as const;
    const alone = stage(0, scratch, [
      copy(0, 2, '/etc/nginx', '/etc/nginx', source),
      file('/etc/nginx/a', 'abc'),
    ]);
    const trace = traceVariant({ target: 0, stages: [alone] });
    expect(originsOf(trace)).toEqual(['external:nginx:1 line 2 exact: 3']);
    expect(flowsOf(trace)).toEqual(['external:nginx:1 → stage:0: 3', 'stage:0 → image: 3']);
  });

  it('keeps the origin of what a RUN only changed the owner of, and not of what it wrote anew', () => {
    const alone = stage(
      0,
      scratch,
      [copy(0, 2, '/main.go', '/src/'), file('/src/main.go', bytes(30, 'm')), file('/src/x', bytes(9, 'd'))],
      [run(0, 3), file('/src/main.go', bytes(30, 'm'), { uid: 1000 })],
      [run(0, 4), file('/src/main.go', bytes(30, 'm'), { mode: 0o600 }), file('/src/x', 'rewritten')],
      [run(0, 5), whiteout('/src/main.go')],
      [run(0, 6), file('/src/main.go', bytes(30, 'm'))],
    );
    const trace = traceVariant({ target: 0, stages: [alone], context });
    // Taken away in one layer and written again in the next: nothing was there to keep.
    expect(originsOf(trace)).toEqual(['stage:0 line 6 exact: 30', 'stage:0 line 4 exact: 9']);
    const before = { ...alone, filesystem: mergeLayers(alone.filesystem.layers.slice(0, 3)) };
    const earlier = traceVariant({ target: 0, stages: [before], context });
    expect(originsOf(earlier)).toEqual(['context line 2 exact: 30', 'stage:0 line 4 exact: 9']);
  });

  it('lets COPY and ADD start anew where the same is there already', () => {
    const alone = stage(
      0,
      image('x'),
      [base('x', 0), file('/main.go', bytes(30, 'm'))],
      [copy(0, 2, '/main.go', '/'), file('/main.go', bytes(30, 'm'))],
    );
    expect(originsOf(traceVariant({ target: 0, stages: [alone], context }))).toEqual([
      'context line 2 exact: 30',
    ]);
  });

  it('books what an ONBUILD of the base stores under the FROM, and its copies under the context', () => {
    const trigger = { ...copy(0, 1, '/', '/app/'), trigger: true } as const;
    const alone = stage(
      0,
      image('x'),
      [base('x', 0), file('/bin/sh', 'sh')],
      [trigger, file('/app/main.go', bytes(30, 'm'))],
      [{ ...run(0, 1), trigger: true } as LayerOwner, file('/app/built', 'built')],
    );
    expect(originsOf(traceVariant({ target: 0, stages: [alone], context }))).toEqual([
      'context line 1 exact: 30',
      'stage:0 line 1 exact: 5',
      'base:x line 1 exact: 2',
    ]);
  });

  it('follows links in the destination and in the source', () => {
    const linked = stage(0, scratch, [
      run(0, 2),
      file('/opt/v2/bin/tool', 'tool'),
      symlink('/opt/current', 'v2'),
      file('/opt/v2/lib/libz.so.1', 'libz'),
      symlink('/usr/lib/libz.so', '/opt/v2/lib/libz.so.1'),
    ]);
    const final = stage(
      1,
      image('debian'),
      [base('debian', 1), symlink('/lib', 'usr/lib'), dir('/usr/lib')],
      [copy(1, 12, '/usr/lib/libz.so', '/lib/', from(0)), file('/usr/lib/libz.so', 'libz')],
      [copy(1, 13, '/opt/current/bin', '/usr/bin', from(0)), file('/usr/bin/tool', 'tool')],
    );
    expect(originsOf(traceVariant({ target: 1, stages: [linked, final] }))).toEqual([
      'stage:0 line 2 exact: 8',
    ]);
  });

  it('expands wildcards, and keeps parents', () => {
    const built = stage(0, scratch, [
      run(0, 2),
      file('/src/build/libs/app-1.0.jar', 'jar'),
      file('/src/build/libs/app-1.0-plain.jar', 'plain'),
      file('/src/mod/a/go.mod', 'a'),
      file('/src/mod/b/go.mod', 'bb'),
    ]);
    const final = stage(
      1,
      scratch,
      [copy(1, 12, '/src/build/libs/*0.jar', '/app.jar', from(0)), file('/app.jar', 'jar')],
      [
        copy(1, 13, '/src/./mod/*/go.mod', '/m/', { ...from(0), parents: true }),
        file('/m/mod/a/go.mod', 'a'),
        file('/m/mod/b/go.mod', 'bb'),
      ],
      [copy(1, 14, '/src/mod', '/p/', { ...from(0), parents: true }), file('/p/src/mod/a/go.mod', 'a')],
    );
    expect(originsOf(traceVariant({ target: 1, stages: [built, final] }))).toEqual([
      'stage:0 line 2 exact: 7',
    ]);
  });

  it('finds what lies under directories that were copied into one another', () => {
    const built = stage(
      0,
      scratch,
      [run(0, 2), file('/a/lib/one', '1'), file('/a/lib/both', 'from a')],
      [run(0, 3), file('/b/lib/two', '22'), file('/b/lib/both', 'from b')],
    );
    const copied = [file('/x/lib/one', '1'), file('/x/lib/two', '22'), file('/x/lib/both', 'from b')];
    const final = stage(1, scratch, [copy(1, 12, '/*', '/x/', from(0)), ...copied]);
    expect(originsOf(traceVariant({ target: 1, stages: [built, final] }))).toEqual([
      'stage:0 line 3 exact: 8',
      'stage:0 line 2 exact: 1',
    ]);
  });

  it('does not go round in circles of links', () => {
    const links = Array.from({ length: 50 }, (_, at) => symlink(`/l${at}`, '/'));
    const looped = stage(0, scratch, [run(0, 2), ...links, file('/d/e/f', 'f')]);
    const final = stage(1, scratch, [copy(1, 12, '/*/*/*/*/*/*', '/x/', from(0)), file('/x/f', 'f')]);
    expect(originsOf(traceVariant({ target: 1, stages: [looped, final] }))).toEqual([
      'stage:0 line 2 moved: 1',
    ]);
  });

  it('counts hard links once, and finds them under any name', () => {
    const built = stage(0, scratch, [run(0, 2), file('/a', 'linked'), hardlink('/b', '/a')]);
    const final = stage(1, scratch, [
      copy(1, 12, ['/b', '/a'], '/x/', from(0)),
      file('/x/a', 'linked'),
      hardlink('/x/b', '/x/a'),
    ]);
    const trace = traceVariant({ target: 1, stages: [built, final] });
    expect(trace.origins).toMatchObject([{ id: 'stage:0', bytes: 6, files: 2 }]);
    expect(trace.stages[0]).toMatchObject({ live: 6, reached: 6, leftBehind: 0 });
  });

  it('passes through stages on one another, and shares their layers', () => {
    const tested = stage(1, builder, [run(1, 22), file('/report', 'ok')]);
    const final = stage(2, tested, [copy(2, 32, '/report', '/r', from(1)), file('/r', 'ok')]);
    const trace = traceVariant({ target: 2, stages: [builder, tested, final], context });
    expect(flowsOf(trace)).toContain('base:golang → stage:0: 1500');
    expect(flowsOf(trace)).toContain('stage:0 → stage:1: 1750');
    expect(flowsOf(trace)).toContain('stage:1 → stage:2: 1754');
    expect(trace.stages.map(({ shared, leftBehind }) => [shared, leftBehind])).toEqual([
      [1750, 0],
      [1752, 0],
      [1754, 0],
    ]);
    expect(trace.stages[2]).toMatchObject({ own: 2 });
  });

  it('says nothing reached the image from a stage that was built to something else than it stands on', () => {
    const final = stage(1, builder, [run(1, 22), file('/x', 'x')]);
    const other = stage(0, image('golang'), [base('golang', 0), file('/a', 'a'), file('/b', 'bb')]);
    const { stages } = traceVariant({ target: 1, stages: [other, final], context });
    expect(stages[0]).toMatchObject({ index: 0, shared: 0, reached: 0, leftBehind: 3 });
  });

  it('counts each content once that two stages on one base leave behind', () => {
    const other = stage(1, scratch, [run(1, 12), file('/other', bytes(7))]);
    const onBuilder = stage(2, builder, [run(2, 22), file('/more', bytes(70))]);
    const final = stage(3, scratch, [copy(3, 32, '/out/app', '/', from(2)), file('/app', bytes(200, 'a'))]);
    const trace = traceVariant({ target: 3, stages: [builder, other, onBuilder, final], context });
    const left = Object.fromEntries(trace.stages.map(({ index, leftBehind }) => [index, leftBehind]));
    // The builder reached the image through the stage on it.
    expect(left).toEqual({ 0: 1550, 1: 7, 2: 1620, 3: 0 });
    expect(trace.leftBehind).toBe(1550 + 7 + 70);
  });

  it('says of a link where it is from', () => {
    const built = stage(0, scratch, [run(0, 2), symlink('/lib/a.so', 'a.so.1')]);
    const final = stage(1, scratch, [copy(1, 12, '/lib', '/', from(0)), symlink('/a.so', 'a.so.1')]);
    const trace = traceVariant({ target: 1, stages: [built, final] });
    const { sources, ofInode } = trace.stages.at(-1)!.origins;
    expect(sources[ofInode[0]!]).toMatchObject({ id: 'stage:0', line: 2, rule: 'exact', through: [0, 1] });
    // It holds no bytes, and is no file.
    expect(trace.origins).toEqual([]);
  });
});
