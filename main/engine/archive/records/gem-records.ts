import { eachLine } from './each-line.ts';
import type { RecordText } from './record-text.ts';

const longestHead = 64 * 1024;

/** RubyGems writes `# stub: NAME VERSION PLATFORM PATHS` on the second line; others at least assign name and version. */
export function reduceGem(bytes: Buffer, to: RecordText): void {
  let stub: RegExpExecArray | null = null;
  const head = bytes.subarray(0, longestHead);
  let lines = 0;
  eachLine(head, (start, end) => {
    stub = /^# stub: (\S+) (\S+) /.exec(head.toString('utf8', start, end));
    lines += 1;
    return stub !== null || lines === 5;
  });
  const text = head.toString();
  const [name, version] = stub
    ? (stub as RegExpExecArray).slice(1)
    : [/\.name\s*=\s*["']([^"']+)["']/.exec(text)?.[1], /\.version\s*=\s*["']([^"']+)["']/.exec(text)?.[1]];
  if (name) to.package({ name, version });
}
