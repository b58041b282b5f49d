import { expect } from 'vitest';
import { docker } from '../../testing/real-engine.ts';

/** Runs a program of an image, without a network, and returns what it printed. */
export function runIn(tag: string, program: string, ...args: readonly string[]): Promise<string> {
  return docker('run', '--rm', '--network', 'none', '--entrypoint', program, tag, ...args);
}

/** Runs an image as it is meant to be run, without a network, and returns what it printed. */
export function runImage(tag: string, ...args: readonly string[]): Promise<string> {
  return docker('run', '--rm', '--network', 'none', tag, ...args);
}

/** A tool works in one image, and cannot even start in another. */
export async function expectToolIn(
  images: { readonly builder: string; readonly result: string },
  command: readonly [program: string, ...args: string[]],
  says: RegExp,
): Promise<void> {
  expect(await runIn(images.builder, ...command)).toMatch(says);
  await expectNotIn(images.result, command[0]);
}

/** There is no such program in an image. */
export async function expectNotIn(tag: string, program: string): Promise<void> {
  await expect(runIn(tag, program)).rejects.toThrow(/executable file not found|no such file or directory/);
}

/** Starts an image, asks with a program of the image until it answers, and returns the answer. */
export async function askServer(tag: string, program: string, ...args: readonly string[]): Promise<string> {
  const container = (await docker('run', '--detach', '--network', 'none', tag)).trim();
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await docker('exec', container, program, ...args);
      } catch (error) {
        if (attempt === 20) throw new Error(await docker('logs', container), { cause: error });
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
  } finally {
    await docker('rm', '--force', container);
  }
}
