import type { Content, SimulatedStage } from './simulated-build.ts';

/** A content as a stage holds it: stages on one another hold the same. */
interface Held {
  readonly stage: number;
  readonly content: Content;
}

/** What the simulation knows of an image and the stages it needs, bytes. */
export interface TrueTrace {
  /** By origin, line and rule: `stage:0 3 exact`. */
  readonly origins: Readonly<Record<string, number>>;
  readonly files: number;
  /** By edge: `base:x stage:0`. */
  readonly flows: Readonly<Record<string, number>>;
  readonly stages: Readonly<
    Record<number, { live: number; own: number; shared: number; reached: number; leftBehind: number }>
  >;
  readonly leftBehind: number;
}

export function trueTrace(all: readonly SimulatedStage[], needed: readonly number[]): TrueTrace {
  const target = all[needed.at(-1)!]!;
  const live = [...new Set(target.files.values())];
  const origins: Record<string, number> = {};
  const flows: Record<string, number> = {};
  for (const content of live) {
    const way = wayOf(all, { stage: target.image.index, content });
    // Nothing moved by itself: each is found where the instruction mapped it from.
    add(origins, `${way.origin} ${way.line} exact`, content.bytes.length);
    const stops = [...way.stops, 'image'];
    stops.slice(1).forEach((to, at) => void add(flows, `${stops[at]} ${to}`, content.bytes.length));
  }
  const reached = new Map<Content, Set<number>>();
  for (const content of live) mark(all, { stage: target.image.index, content }, reached);

  const final = new Set(target.layers);
  const stages: TrueTrace['stages'] = Object.fromEntries(
    needed.map((index) => [index, stageTruth(all[index]!, final, reached)]),
  );
  const left = new Set<Content>();
  const used = new Set<Content>();
  for (const index of needed) {
    for (const content of all[index]!.files.values()) {
      const isUsed = final.has(content.layer) || reached.get(content)?.has(index);
      (isUsed ? used : left).add(content);
    }
  }
  // A base's content is made anew for each stage on it: it is the layer and path that count.
  const leftBehind = new Map<string, number>();
  const key = (content: Content) => contentKey(all, needed, content);
  for (const content of left) leftBehind.set(key(content), content.bytes.length);
  for (const content of used) leftBehind.delete(key(content));
  return {
    origins: withoutEmpty(origins),
    files: target.files.size,
    flows: withoutEmpty(flows),
    stages,
    leftBehind: sum(leftBehind.values()),
  };
}

function stageTruth(
  { files, image }: SimulatedStage,
  final: ReadonlySet<string>,
  reached: ReadonlyMap<Content, ReadonlySet<number>>,
) {
  const contents = [...new Set(files.values())];
  const bytesOf = (wanted: (content: Content) => boolean) =>
    sum(contents.filter(wanted).map(({ bytes }) => bytes.length));
  const isShared = ({ layer }: Content) => final.has(layer);
  const isReached = (content: Content) =>
    !isShared(content) && reached.get(content)?.has(image.index) === true;
  return {
    live: bytesOf(() => true),
    own: bytesOf(({ stage }) => stage === image.index),
    shared: bytesOf(isShared),
    reached: bytesOf(isReached),
    leftBehind: bytesOf((content) => !isShared(content) && !isReached(content)),
  };
}

/** The stages that building one needs, itself last. */
export function neededBy(all: readonly SimulatedStage[], target: number): number[] {
  const needed = new Set<number>();
  const visit = (index: number) => {
    const { image, base } = all[index]!;
    if (base.kind === 'stage') visit(base.index);
    for (const owner of image.owners) {
      const copy = owner?.kind === 'instruction' && owner.stage === index ? owner.copy : undefined;
      if (copy && copy !== 'unknown' && copy.from?.kind === 'stage') {
        visit(copy.from.index);
      }
    }
    needed.add(index);
  };
  visit(target);
  return [...needed];
}

/** The stage a content was made in, as this stage sees it: one that it stands on has it already. */
function inherited(all: readonly SimulatedStage[], { stage, content }: Held): number | undefined {
  const { base } = all[stage]!;
  if (base.kind !== 'stage') return undefined;
  return all[base.index]!.layers.includes(content.layer) ? base.index : undefined;
}

function wayOf(
  all: readonly SimulatedStage[],
  held: Held,
): { readonly origin: string; readonly line: number; readonly stops: readonly string[] } {
  const here = `stage:${held.stage}`;
  const below = inherited(all, held);
  if (below !== undefined) {
    const way = wayOf(all, { stage: below, content: held.content });
    return { ...way, stops: [...way.stops, here] };
  }
  const { from, layer } = held.content;
  switch (from.kind) {
    case 'own':
      return { origin: here, line: from.line, stops: [here] };
    case 'copy-up':
      return wayOf(all, { stage: held.stage, content: from.of });
    case 'copied': {
      const way = wayOf(all, { stage: from.stage, content: from.of });
      return { ...way, stops: [...way.stops, here] };
    }
    case 'base':
      return {
        origin: `base:${from.reference}`,
        line: held.stage * 100,
        stops: [`base:${from.reference}`, here],
      };
    case 'context': {
      const [stage, at] = layer.split('-').map(Number);
      return { origin: 'context', line: stage! * 100 + at! + 1, stops: ['context', here] };
    }
  }
}

/** Every stage that held the content on its way, and every content that it is a copy of. */
function mark(all: readonly SimulatedStage[], held: Held, marks: Map<Content, Set<number>>): void {
  const stages = marks.get(held.content) ?? new Set();
  marks.set(held.content, stages);
  if (stages.has(held.stage)) return;
  stages.add(held.stage);
  const below = inherited(all, held);
  const { from } = held.content;
  // A copy-up that a lower stage made is a copy in this one, too.
  if (from.kind === 'copy-up') mark(all, { stage: held.stage, content: from.of }, marks);
  if (below !== undefined) mark(all, { stage: below, content: held.content }, marks);
  else if (from.kind === 'copied') mark(all, { stage: from.stage, content: from.of }, marks);
}

function contentKey(all: readonly SimulatedStage[], needed: readonly number[], content: Content): string {
  if (content.stage !== undefined) return `${content.layer} ${objectKey(content)}`;
  for (const index of needed) {
    for (const [path, other] of all[index]!.files) if (other === content) return `${content.layer} ${path}`;
  }
  return '';
}

const keys = new WeakMap<Content, number>();
let nextKey = 0;

function objectKey(content: Content): number {
  const known = keys.get(content) ?? nextKey++;
  keys.set(content, known);
  return known;
}

function add(sums: Record<string, number>, key: string, bytes: number): void {
  sums[key] = (sums[key] ?? 0) + bytes;
}

function withoutEmpty(sums: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(sums).filter(([, bytes]) => bytes > 0));
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
