import type { Owners } from './owners.ts';
import type { PathLookup } from './path-lookup.ts';

/** Reads directories and the files in them; `owner` is asked for each. */
export function filesOf(
  owner: () => number,
  from: number,
  root: number,
  owners: Owners,
  lookup: PathLookup,
): {
  directory(text: Buffer, start: number, end: number): void;
  file(text: Buffer, start: number, end: number): void;
} {
  let directory = from;
  return {
    directory: (text, start, end) => {
      directory = lookup.directory(text, start, end, from, root);
    },
    file: (text, start, end) => {
      if (directory >= 0) owners.own(lookup.file(directory, text, start, end), owner());
    },
  };
}
