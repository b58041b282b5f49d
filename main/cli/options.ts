import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { Transport } from '../../shared/model/build.ts';
import { BuildSecret, BuildSsh } from '../../shared/model/project.ts';

/** Options that every command takes. */
export const SharedOptions = z.object({
  json: z.boolean().default(false),
  platform: z.string().optional(),
  dockerHost: z.string().optional(),
  dockerContext: z.string().optional(),
  cacheStore: z.boolean().default(true),
  top: z.number().optional(),
  quiet: z.boolean().default(false),
});
export type SharedOptions = z.infer<typeof SharedOptions>;

export const ServeOptions = SharedOptions.extend({
  port: z.number().optional(),
  open: z.boolean().default(true),
});
export type ServeOptions = z.infer<typeof ServeOptions>;

export const AnalyzeOptions = SharedOptions.extend({
  image: z.string().optional(),
  verify: z.boolean().default(true),
  pull: z.boolean().default(false),
});
export type AnalyzeOptions = z.infer<typeof AnalyzeOptions>;

export const BuildOptions = SharedOptions.extend({
  file: z.array(z.string()).optional(),
  target: z.array(z.string()).optional(),
  contextDir: z.string().optional(),
  buildArg: z.record(z.string(), z.string()).default({}),
  cache: z.boolean().default(true),
  pull: z.boolean().default(false),
  network: z.string().optional(),
  secret: z.array(BuildSecret).optional(),
  ssh: z.array(BuildSsh).optional(),
  transport: Transport.optional(),
  load: z.boolean().default(false),
  watch: z.boolean().default(false),
});
export type BuildOptions = z.infer<typeof BuildOptions>;

export const CacheOptions = SharedOptions.extend({ clear: z.boolean().default(false) });
export type CacheOptions = z.infer<typeof CacheOptions>;

/** Items of lists where `--top` does not say otherwise (cli.md). */
export const defaultTop = 100;

export function addSharedOptions(command: Command): Command {
  return command
    .option('--json', 'print the JSON document and nothing else on stdout')
    .option('--platform <os/arch>', 'of an image that has several, such as linux/arm64')
    .option('--docker-host <address>', 'the engine to use, as DOCKER_HOST')
    .option('--docker-context <name>', 'the docker context to use')
    .option('--no-cache-store', 'neither read nor write the layer cache')
    .addOption(
      new Option('--top <n>', `items of each list (default: ${defaultTop} with --json, else 10)`).argParser(
        integerBetween(1, 1_000_000),
      ),
    )
    .option('--quiet', 'no progress and no warnings');
}

export function integerBetween(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`);
  };
}

/** Gathers a repeatable option. */
export function repeatable(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** Gathers `--build-arg K=V`; K alone takes the value from the environment, as docker build has it. */
export function buildArgs(env: Readonly<Record<string, string | undefined>>) {
  return (
    value: string,
    previous: Readonly<Record<string, string>> | undefined,
  ): Readonly<Record<string, string>> => {
    const equals = value.indexOf('=');
    const name = equals < 0 ? value : value.slice(0, equals);
    if (name === '') throw new InvalidArgumentError('It takes NAME=VALUE.');
    const argument = equals < 0 ? env[name] : value.slice(equals + 1);
    const all = new Map(Object.entries(previous ?? {}));
    if (argument !== undefined) all.set(name, argument);
    return Object.fromEntries(all);
  };
}

/** Options of the command and those written before it; commander keeps them apart. */
export function givenOptions(command: Command): Readonly<Record<string, unknown>> {
  const given: Record<string, unknown> = {};
  for (const each of [command.parent, command]) {
    if (!each) continue;
    for (const [name, value] of Object.entries(each.opts())) {
      if (each.getOptionValueSource(name) !== 'default') given[name] = value;
    }
  }
  return given;
}
