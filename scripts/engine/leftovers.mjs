import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { run, sleep } from '../lib/run.mjs';
import { cacheFolder } from './cache-folder.mjs';

/** One small file for each private engine, so that what a killed run left is found by the next one. */
const registerFolder = join(cacheFolder, 'engines');

/**
 * When a process started, in clock ticks since boot: tells a reused pid from its first owner. Undefined when it
 * has ended, also while nobody has asked for its exit status (a zombie). Fields 3 and 22 of proc(5)'s stat.
 */
function startTime(pid) {
  try {
    const [state, ...rest] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return state === 'Z' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}

/** Notes that this process owns the engine in a folder. */
export function register(folder, name) {
  mkdirSync(registerFolder, { recursive: true });
  const owner = { folder, pid: process.pid, startTime: startTime(process.pid) };
  // In one step: a run killed in between leaves no half a note.
  const unfinished = join(cacheFolder, `${name}.note`);
  writeFileSync(unfinished, JSON.stringify(owner));
  renameSync(unfinished, join(registerFolder, name));
}

export function unregister(name) {
  rmSync(join(registerFolder, name), { force: true });
}

/** Removes the engines whose owner is gone, and half-made bases with them. */
export async function removeAbandoned(log) {
  mkdirSync(registerFolder, { recursive: true });
  let others = false;
  for (const name of readdirSync(registerFolder)) {
    const { folder, pid, startTime: then } = JSON.parse(readFileSync(join(registerFolder, name), 'utf8'));
    if (startTime(pid) === then) {
      others = true;
      continue;
    }
    log(`Removing what an interrupted run left in ${folder}`);
    await removeEngineFolder(folder);
    unregister(name);
  }
  if (others) return; // One of them may be making a base right now.
  for (const name of readdirSync(cacheFolder)) {
    if (name.startsWith('making-')) await removeWorkFolder(join(cacheFolder, name));
  }
}

/** Ends every process of the engine in `folder`, unmounts what is mounted below it and deletes it. */
export async function removeEngineFolder(folder) {
  await endProcesses((pid) => isOfEngine(pid, folder));
  await removeTree(folder);
  removeDeadSockets();
}

/** The same for a folder in which a recipe ran: debootstrap mounts /proc in what it makes. */
export async function removeWorkFolder(folder) {
  await endProcesses((pid) =>
    [`/proc/${pid}/cwd`, `/proc/${pid}/root`].some((link) =>
      `${readlinkSync(link)}/`.startsWith(`${folder}/`),
    ),
  );
  await removeTree(folder);
}

/** Again and again, since a process may start another before it ends. */
async function endProcesses(isMeant) {
  for (let round = 0; round < 50; round++) {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
    const meant = pids.filter((pid) => unlessGone(() => isMeant(pid)));
    if (meant.length === 0) return;
    for (const pid of meant) unlessGone(() => process.kill(Number(pid), 'SIGKILL'));
    await sleep(100);
  }
}

/** Undefined when the process that it asks about has ended meanwhile, is a zombie, or is guarded even from root. */
function unlessGone(ask) {
  try {
    return ask();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EINVAL', 'EACCES', 'EPERM'].includes(error.code)) return undefined;
    throw error;
  }
}

async function removeTree(folder) {
  // Innermost first; --lazy because a dying process may hold one a moment longer.
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => plainPath(line.split(' ')[4] ?? ''))
    .filter((path) => path === folder || path.startsWith(`${folder}/`));
  for (const path of mounts.sort().reverse()) await run('umount', ['--lazy', path]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Paths in mountinfo have space, tab, newline and backslash as \ooo (proc(5)). */
const plainPath = (path) =>
  path.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));

/** What an engine consists of, and what Go builds one with. */
const engineProgram =
  /(^|\/)(dockerd|containerd|containerd-shim[\w-]*|runc|docker-registry|docker-proxy|compile|asm|link)$/;

/** The engine's own processes name its folder in their arguments; those in containers have their root mounted from there. */
function isOfEngine(pid, folder) {
  const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const isProgram = engineProgram.test(args[0]) && args.some((arg) => arg.includes(`${folder}/`));
  return isProgram || rootMount(pid).includes(`${folder}/`);
}

function rootMount(pid) {
  if (readlinkSync(`/proc/${pid}/ns/mnt`) === readlinkSync('/proc/self/ns/mnt')) return '';
  const mounts = readFileSync(`/proc/${pid}/mountinfo`, 'utf8').split('\n');
  return mounts.find((line) => line.split(' ')[4] === '/') ?? '';
}

/** Shims keep their sockets in one folder for all engines of the machine and leave them when killed. */
function removeDeadSockets() {
  const folder = '/run/containerd/s';
  const alive = readFileSync('/proc/net/unix', 'utf8');
  for (const name of safeList(folder)) {
    if (!alive.includes(`${folder}/${name}`)) rmSync(join(folder, name), { force: true });
  }
}

function safeList(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
