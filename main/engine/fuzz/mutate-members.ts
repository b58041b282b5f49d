import type { FuzzFile } from './fuzz-files.ts';
import { mutateBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';

/** From the top of a folder out of it, to what lies beside the case (see startProcess). */
const outside = '../../../outside/secret';

type Mutation = (files: FuzzFile[], at: number, random: Random) => string;

const mutations: Readonly<Record<string, Mutation>> = {
  drop(files, at) {
    const [file] = files.splice(at, 1);
    return `no ${file!.path}`;
  },
  twice(files, at, random) {
    const file = files[at]!;
    const content = mutateBytes(file.content ?? Buffer.alloc(0), random).bytes;
    const before = random.chance(0.5);
    files.splice(before ? at : files.length, 0, { ...file, content });
    return `${file.path} twice, the changed one ${before ? 'first' : 'last'}`;
  },
  rename(files, at, random) {
    const file = files[at]!;
    const path = random.pick([
      `../${file.path}`,
      `/${file.path}`,
      `./${file.path}`,
      `a/../${file.path}`,
      file.path.replaceAll('/', '//'),
      file.path.toUpperCase(),
      `${file.path}/`,
      '',
      '.',
      '..',
      'x'.repeat(200),
      '__proto__',
      random.pick(files).path,
    ]);
    files[at] = { ...file, path };
    return `${file.path} called ${JSON.stringify(path.slice(0, 100))}`;
  },
  link(files, at, random) {
    const file = files[at]!;
    const target = random.pick(files).path;
    const up = '../'.repeat(file.path.split('/').length - 1);
    const link = random.pick([
      up + target,
      target,
      up + outside,
      '/etc/passwd',
      file.path.split('/').at(-1)!,
      '',
      '.',
      '..',
    ]);
    files[at] = { path: file.path, link, kind: random.chance(0.3) ? 'hard link' : undefined };
    return `${file.path} links to ${link}`;
  },
  cycle(files, at, random) {
    const file = files[at]!;
    const length = random.between(1, 30);
    const name = (step: number) => (step % length === 0 ? file.path : `cycle${step % length}`);
    const up = (path: string) => '../'.repeat(path.split('/').length - 1);
    files.splice(at, 1);
    for (let step = 0; step < length; step += 1) {
      files.push({ path: name(step), link: up(name(step)) + name(step + 1) });
    }
    return `${file.path} begins a cycle of ${length} links`;
  },
  kind(files, at, random) {
    const file = files[at]!;
    const kind = random.pick(['directory', 'fifo', 'device'] as const);
    files[at] = { path: file.path, kind };
    return `${file.path} is a ${kind}`;
  },
  exchange(files, at, random) {
    const other = random.below(files.length);
    const [a, b] = [files[at]!, files[other]!];
    files[at] = { ...a, content: b.content };
    files[other] = { ...b, content: a.content };
    return `${a.path} and ${b.path} exchanged`;
  },
  empty(files, at) {
    files[at] = { ...files[at]!, content: Buffer.alloc(0) };
    return `${files[at]!.path} empty`;
  },
  reverse(files) {
    files.reverse();
    return 'all in reverse order';
  },
  crowd(files, _, random) {
    const count = random.pick([10, 1000]);
    for (let number = 0; number < count; number += 1)
      files.unshift({ path: `crowd/${number}`, content: Buffer.from('{') });
    return `${count} more files`;
  },
};

/** The files of an archive with some of them not what they were. */
export function mutateMembers(
  files: readonly FuzzFile[],
  random: Random,
): { files: FuzzFile[]; what: string } {
  const changed = [...files];
  const done: string[] = [];
  for (let count = random.pick([1, 1, 2, 3]); count > 0 && changed.length > 0; count -= 1) {
    const mutation = mutations[random.pick(Object.keys(mutations))]!;
    done.push(mutation(changed, random.below(changed.length), random));
  }
  return { files: changed, what: done.join('; ') };
}
