import type { FileFilter } from '../../shared/model/file-filter.ts';
import { causes as allCauses } from '../../shared/model/image-document.ts';
import { causeWords } from './cause-words.ts';
import { type FilterPart, filterParts } from './file-filter-address.ts';
import { visibleText } from './visible-text.ts';

/** What people call the things a filter names by id. */
export interface FilterNames {
  /** `stage builder` for `stage:0`, `golang:1.22` for `base:golang:1.22`. */
  readonly origin: (id: string) => string;
  /** `RUN go build …`; undefined where the Dockerfile is not at hand. */
  readonly instruction: (stage: number, line: number) => string | undefined;
}

type Format = (bytes: number) => string;
type Words = { readonly [P in FilterPart]: (value: NonNullable<FileFilter[P]>) => string };

export const changeWords: Record<NonNullable<FileFilter['changes']>[number], string> = {
  added: 'added',
  modified: 'modified',
  metadata: 'metadata only',
  removed: 'removed',
};

export const fateWords: Record<NonNullable<FileFilter['fate']>, string> = {
  shared: 'in the image anyway',
  reached: 'reached the image',
  leftBehind: 'left behind',
};

/** Longer instructions are cut: the whole one is in the Dockerfile view. */
const longest = 60;

/** Each condition of a filter in words: `line 6: RUN go build …`. */
export function filterWords(
  filter: FileFilter,
  names: FilterNames,
  format: Format,
): readonly { readonly part: FilterPart; readonly text: string }[] {
  const words: Words = {
    line: ({ stage, line }) => {
      const instruction = names.instruction(stage, line);
      return instruction === undefined ? `line ${line}` : `line ${line}: ${oneLine(instruction)}`;
    },
    flow: ({ from, to }) =>
      `from ${visibleText(names.origin(from))} to ${to === 'image' ? 'the image' : visibleText(names.origin(to))}`,
    origin: (id) => (id === 'untraced' ? 'not traced' : `from ${visibleText(names.origin(id))}`),
    fate: (fate) => fateWords[fate],
    package: (id) => `package ${visibleText(id.slice(id.indexOf(':') + 1))}`,
    layer: (layer) => `layer ${layer + 1}`,
    layers: ({ from, to }) => `layers ${from + 1} to ${to + 1}`,
    changes: (changes) => changes.map((change) => changeWords[change]).join(' or '),
    causes: (causes) =>
      causes.length === allCauses.length
        ? 'wasted'
        : `wasted: ${causes.map((cause) => causeWords[cause]).join(' or ')}`,
    minBytes: (bytes) => `${format(bytes)} or larger`,
    maxBytes: (bytes) => `${format(bytes)} or smaller`,
    kinds: (kinds) => kinds.join(' or '),
    glob: (glob) => visibleText(glob),
  };
  return filterParts.flatMap((part) => {
    const value = filter[part];
    return value === undefined ? [] : [{ part, text: words[part](value as never) }];
  });
}

function oneLine(instruction: string): string {
  const line = visibleText(instruction.replace(/\s+/g, ' '));
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
