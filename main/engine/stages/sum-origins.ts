import type { FileOrigin } from '../../../shared/model/origin.ts';
import type { Flow, OriginDocument } from '../../../shared/model/project-document.ts';
import { EntryKind } from '../archive/layer-index.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { flowPath } from './flow-path.ts';
import type { TracedStage } from './trace-stage.ts';

/** What each source gives an image: live bytes, each inode once, and live names of regular files. */
interface SourceSums {
  readonly bytes: Float64Array;
  readonly files: Float64Array;
}

function sumSources({ image, sources, ofInode }: TracedStage): SourceSums {
  const { inodes, nodeKind, nodeInode, tree }: Filesystem = image.filesystem;
  const bytes = new Float64Array(sources.length);
  const files = new Float64Array(sources.length);
  for (let inode = 0; inode < inodes.count; inode++) {
    if (inodes.links[inode]! > 0) bytes[ofInode[inode]!]! += inodes.size[inode]!;
  }
  for (let node = 1; node < tree.count; node++) {
    if (nodeKind[node] === EntryKind.File) files[ofInode[nodeInode[node]!]!]!++;
  }
  return { bytes, files };
}

/** Origins by id with the lines that brought them, largest first, and the flows that their bytes make. */
export function sumOrigins(stage: TracedStage): { origins: OriginDocument[]; flows: Flow[] } {
  const sums = sumSources(stage);
  const origins = new Map<string, OriginDocument>();
  const flows = new Map<string, Flow>();
  stage.sources.forEach((source, at) => {
    const bytes = sums.bytes[at]!;
    const files = sums.files[at]!;
    if (bytes === 0 && files === 0) return;
    addOrigin(origins, source, bytes, files);
    if (bytes > 0) addFlow(flows, source, bytes);
  });
  const bySize = (a: { readonly bytes: number }, b: { readonly bytes: number }) => b.bytes - a.bytes;
  const inOrder = [...origins.values()].sort((a, b) => bySize(a, b) || compareText(a.id, b.id));
  for (const { lines } of inOrder) lines.sort((a, b) => bySize(a, b) || a.stage - b.stage || a.line - b.line);
  return { origins: inOrder, flows: [...flows.values()].sort(bySize) };
}

function addOrigin(
  origins: Map<string, OriginDocument>,
  source: FileOrigin,
  bytes: number,
  files: number,
): void {
  const { kind, id, name, stage, line, endLine, rule } = source;
  const origin = origins.get(id) ?? { kind, id, name, bytes: 0, files: 0, lines: [] };
  origins.set(id, origin);
  origin.bytes += bytes;
  origin.files += files;
  const known = origin.lines.find((row) => row.stage === stage && row.line === line && row.rule === rule);
  if (known) known.bytes += bytes;
  else origin.lines.push({ stage, line, endLine, bytes, rule });
}

function addFlow(flows: Map<string, Flow>, source: FileOrigin, bytes: number): void {
  const way = flowPath(source);
  for (let at = 0; at + 1 < way.length; at++) {
    const [from, to] = [way[at]!, way[at + 1]!];
    const key = JSON.stringify([from, to]);
    const flow = flows.get(key) ?? { from, to, bytes: 0 };
    flow.bytes += bytes;
    flows.set(key, flow);
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
