import { FileFilter } from '../../shared/model/file-filter.ts';
import type { AddressChange } from './use-address.ts';

/**
 * The one filter of all views as it stands in an address: `origin=base:golang:1.22`, `line=0:6`, `flowFrom=…&flowTo=…`.
 * `of` is the Dockerfile whose stages are meant, since any two Dockerfiles have a stage 0.
 */
export interface AddressFilter {
  readonly filter: FileFilter;
  readonly of?: string;
}

/** One condition of the filter: it is shown, and taken away, as one. */
export type FilterPart = Exclude<keyof FileFilter, 'ignoreCase'>;

type Get = (name: string) => string | undefined;

interface InAddress {
  readonly names: readonly string[];
  readonly read: (get: Get) => unknown;
  readonly write: (value: never) => readonly string[];
}

const text = (name: string): InAddress => ({
  names: [name],
  read: (get) => get(name),
  write: (value: string) => [value],
});
const whole = (name: string): InAddress => ({
  names: [name],
  read: (get) => wholeNumber(get(name)),
  write: (value: number) => [String(value)],
});
const list = (name: string): InAddress => ({
  names: [name],
  read: (get) => get(name)?.split(','),
  write: (value: readonly string[]) => [value.join(',')],
});

/** In the order in which they are shown. */
const parts: Readonly<Record<FilterPart, InAddress>> = {
  line: {
    names: ['line'],
    read: (get) => numberPair(get('line'), ':', (stage, line) => ({ stage, line })),
    write: ({ stage, line }: NonNullable<FileFilter['line']>) => [`${stage}:${line}`],
  },
  flow: {
    names: ['flowFrom', 'flowTo'],
    read: (get) => {
      const [from, to] = [get('flowFrom'), get('flowTo')];
      return from === undefined || to === undefined ? undefined : { from, to };
    },
    write: ({ from, to }: NonNullable<FileFilter['flow']>) => [from, to],
  },
  origin: text('origin'),
  fate: text('fate'),
  package: text('package'),
  layer: whole('layer'),
  layers: {
    names: ['layers'],
    read: (get) => numberPair(get('layers'), '-', (from, to) => ({ from, to })),
    write: ({ from, to }: NonNullable<FileFilter['layers']>) => [`${from}-${to}`],
  },
  changes: list('changes'),
  causes: list('causes'),
  minBytes: whole('min'),
  maxBytes: whole('max'),
  kinds: list('entries'),
  glob: text('glob'),
};

export const filterParts = Object.keys(parts) as readonly FilterPart[];

/** The filter of an address; a part that somebody wrote wrong is left out. */
export function readFileFilter(query: URLSearchParams): AddressFilter {
  const filter: Record<string, unknown> = {};
  for (const part of filterParts) {
    const value = FileFilter.shape[part].safeParse(parts[part].read((name) => query.get(name) || undefined));
    if (value.success && value.data !== undefined) filter[part] = value.data;
  }
  const of = query.get('of') || undefined;
  return { filter, ...(of !== undefined && namesStages(filter) && { of }) };
}

/** The parameters that say this filter; those of every part that it has not are removed. */
export function filterParameters({ filter, of }: AddressFilter): AddressChange {
  const change: Record<string, string | undefined> = { of: namesStages(filter) ? of : undefined };
  for (const part of filterParts) {
    const values = filter[part] === undefined ? [] : parts[part].write(filter[part] as never);
    for (const [index, name] of parts[part].names.entries()) change[name] = values[index];
  }
  return change;
}

/**
 * What the filter is to an image of this Dockerfile: undefined where it is about the stages of another one, so that
 * nothing of this image passes it.
 */
export function filterFor(
  { filter, of }: AddressFilter,
  dockerfile: string | undefined,
): FileFilter | undefined {
  return of === undefined || of === dockerfile ? filter : undefined;
}

/** No condition on where content is from: what a new one takes the place of, since two of them rarely agree. */
export const anywhere = { line: undefined, flow: undefined, origin: undefined } satisfies FileFilter;

/** Whether it lets everything through. */
export function isEmptyFilter(filter: FileFilter): boolean {
  return filterParts.every((part) => filter[part] === undefined);
}

/** For a call: no filter where it has no part. */
export function filterOrNone(filter: FileFilter): FileFilter | undefined {
  return isEmptyFilter(filter) ? undefined : filter;
}

/** Whether the filter is about the stages of one Dockerfile. */
function namesStages({ line, fate, origin, flow }: FileFilter): boolean {
  return (
    line !== undefined ||
    fate !== undefined ||
    [origin, flow?.from, flow?.to].some((id) => id?.startsWith('stage:'))
  );
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function numberPair<T>(
  text: string | undefined,
  between: string,
  make: (first: number, second: number) => T,
): T | undefined {
  const [first, second, ...more] = (text?.split(between) ?? []).map(wholeNumber);
  return first === undefined || second === undefined || more.length > 0 ? undefined : make(first, second);
}
