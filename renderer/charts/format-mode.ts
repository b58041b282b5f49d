import type { EntryKindName } from '../../shared/model/files.ts';

const kindLetters: Record<EntryKindName, string> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  character: 'c',
  block: 'b',
  fifo: 'p',
};

/** Permission bits as `ls -l` writes them: `-rwsr-xr-t`. */
export function formatMode(kind: EntryKindName, mode: number): string {
  const triple = (shift: number, special: number, letter: string) => {
    const bits = (mode >> shift) & 7;
    const set = (mode & special) !== 0;
    const run = (bits & 1) !== 0;
    const last = set ? (run ? letter : letter.toUpperCase()) : run ? 'x' : '-';
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`;
  };
  return `${kindLetters[kind]}${triple(6, 0o4000, 's')}${triple(3, 0o2000, 's')}${triple(0, 0o1000, 't')}`;
}
