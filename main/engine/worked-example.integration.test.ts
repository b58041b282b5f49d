import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatCount } from '../../shared/model/format-bytes.ts';
import { type BuildEngine, startBuildEngine } from './testing/build-engine.ts';
import { realEngine, root, shell, temporaryFolder } from './testing/real-engine.ts';

const docs = join(root, 'docs');

let engine: BuildEngine;
let text: string;
beforeAll(async () => {
  engine = await startBuildEngine();
  text = await readFile(join(docs, 'origins.md'), 'utf8');
});
afterAll(() => engine[Symbol.asyncDispose]());

/** The code of the first block in this language. */
function block(language: string): string {
  return new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)![1]!;
}

/** The cell beside a name in one of the document's tables, with B and P put in. */
function cell(name: string, { B, P }: { readonly B: number; readonly P: number }): number {
  const row = text.split('\n').find((line) => line.startsWith('|') && line.includes(name))!;
  const terms = row
    .split('|')[2]!
    .split('+')
    .map((term) => term.trim().replaceAll(',', ''));
  return terms.reduce((sum, term) => sum + (term === 'B' ? B : term === 'P' ? P : Number(term)), 0);
}

/** What the document's commands print, in an engine that has no network of its own. */
async function runCommands(folder: string): Promise<string> {
  const docker = `docker() {
    case $1 in
      build) shift; DOCKER_BUILDKIT=1 "$LAYERSCOPE_TEST_DOCKER_CLI" build --quiet --network host "$@" ;;
      run) shift; "$LAYERSCOPE_TEST_DOCKER_CLI" run --network none "$@" ;;
      *) "$LAYERSCOPE_TEST_DOCKER_CLI" "$@" ;;
    esac
  }
  export DOCKER_HOST=${realEngine.host()}
  trap 'docker rmi worked:builder worked:final >&2' EXIT\n`;
  return shell(docker + block('sh').replace(/^cd .*$/m, ''), folder);
}

describe('the worked example of docs/origins.md', () => {
  it('is what docker and tar say, and what we say', async () => {
    await using folder = await temporaryFolder();
    await cp(join(docs, 'worked-example'), folder.path, { recursive: true });
    expect(await readFile(join(folder.path, 'Dockerfile'), 'utf8')).toBe(block('dockerfile'));

    const lines = (await runCommands(folder.path)).split('\n');
    const sums = lines.flatMap((line) => /^(\d+) bytes in this layer/.exec(line)?.[1] ?? []).map(Number);
    const P = Number(lines.flatMap((line) => /^(\d+) \/etc\/passwd/.exec(line)?.[1] ?? [])[0]);
    const B = sums[0]!;
    expect(sums).toEqual([B, B, 29, 3_070_000, B, 70_000, 29 + P, 70_000]);

    const { result, variant } = await engine.build(folder.path);
    await engine.api.call('engine.removeBuilt', { folder: folder.path });
    const { image, origins, stages, leftBehind, waste } = variant();
    const told = (name: string) => cell(name, { B, P });
    const bytesOf = (id: string, line: number) =>
      origins!.find((origin) => origin.id === id)?.lines.find((row) => row.line === line);
    expect(bytesOf('base:alpine:3.20', 5)).toMatchObject({ bytes: told('line 5'), rule: 'exact' });
    expect(bytesOf('base:alpine:3.20', 1)).toMatchObject({
      bytes: told('`alpine:3.20`, line 1'),
      rule: 'exact',
    });
    expect(bytesOf('stage:0', 3)).toMatchObject({ bytes: told('`builder`, line 3'), rule: 'exact' });
    expect(bytesOf('context', 2)).toMatchObject({ bytes: told('context, line 2'), rule: 'exact' });
    expect(image!.sizes).toMatchObject({ live: told('**live**'), reclaimable: 70_000 });
    expect(stages[0]).toMatchObject({
      name: 'builder',
      live: B + 3_070_029,
      shared: told('| shared'),
      reached: told('| reached'),
      leftBehind: told('**left behind**'),
    });
    expect(leftBehind).toBe(told('**left behind**'));
    expect(text).toContain(`B + ${formatCount(3_070_029)}`);
    expect(waste!.items).toMatchObject([{ cause: 'copiedUp', bytes: 70_000, wastedBy: { line: 8 } }]);
    expect(waste!.items[0]!.fix).toContain('--chmod');
    expect(result.document.warnings).toEqual([]);
  });
});
