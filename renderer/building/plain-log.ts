/** CSI, OSC and the two-character escapes of ECMA-48: colours, cursor moves, titles, links. */
const escapes =
  // A log is hostile text: an unfinished sequence at its end goes too.
  /\u001b(?:\[[0-?]*[ -/]*[@-~]?|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-~]?)|\u009b[0-?]*[ -/]*[@-~]?/g;

/** Control characters that have no place in a log, and the marks that turn text around. */
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** What a program printed as a terminal would leave it: no escapes, and of a line written over the last version. */
export function plainLog(text: string): string {
  const bare = text.replace(escapes, '').replace(/\r+\n/g, '\n');
  const lines = bare.split('\n').map((line) => {
    if (!line.includes('\r')) return line;
    return line.split('\r').findLast((part) => part !== '') ?? '';
  });
  return lines.join('\n').replace(controls, '');
}
