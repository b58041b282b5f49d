/**
 * What made a layer, as a person wrote it: without the shell that the classic builder puts before it
 * (`/bin/sh -c #(nop) `), the build arguments (`|1 A=b `) and BuildKit's mark at the end.
 */
export function instructionText(createdBy: string | null): string {
  if (createdBy === null) return 'no instruction recorded';
  const text = createdBy
    .replace(/\s*# buildkit\s*$/, '')
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
    .trim();
  if (text.startsWith('/bin/sh -c ')) return `RUN ${text.slice('/bin/sh -c '.length).trim()}`;
  return text
    .replace(/^RUN (?:\|\d+ .*?)?\/bin\/sh -c /s, 'RUN ')
    .replace(/^(\|\d+ .*?)\/bin\/sh -c /s, 'RUN ');
}

/** On one line, runs of space as one. */
export function shortInstruction(createdBy: string | null): string {
  return instructionText(createdBy).replace(/\s+/g, ' ');
}
