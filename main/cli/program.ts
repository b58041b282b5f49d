import { Command, CommanderError, Option } from 'commander';
import { cancelled, LayerscopeError, toErrorInfo } from '../../shared/api/errors.ts';
import { Transport } from '../../shared/model/build.ts';
import type { Context } from './context.ts';
import {
  AnalyzeOptions,
  addSharedOptions,
  BuildOptions,
  buildArgs,
  CacheOptions,
  givenOptions,
  integerBetween,
  repeatable,
  ServeOptions,
} from './options.ts';
import { reportError } from './report-failures.ts';
import { secrets } from './secret-option.ts';
import { sshAgents } from './ssh-option.ts';
import { version } from './version.ts';

/** Runs one command. Returns its exit status: 0 done, 1 a build failed, 2 bad input, 3 no engine, 130 cancelled. */
export async function runProgram(args: readonly string[], context: Context): Promise<number> {
  let status = 0;
  const program = commands(context, (result) => {
    status = result;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0; // --help, --version: answered already.
      return fail(usageError(error), context);
    }
    return fail(error, context);
  }
}

function fail(error: unknown, context: Context): number {
  const { terminal, signal } = context;
  // Whatever breaks after the person has cancelled breaks because of that.
  const info = signal.aborted ? cancelled().info : toErrorInfo(error);
  if (info.code === 'internal' && terminal.env.LAYERSCOPE_DEBUG && error instanceof Error) {
    terminal.stderr.write(`${error.stack}\n`);
  }
  return reportError(info, context);
}

function usageError(error: CommanderError): LayerscopeError {
  const message = error.message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.$/, '');
  return new LayerscopeError({
    code: 'usage',
    message: message.charAt(0).toUpperCase() + message.slice(1),
    hint: 'See layerscope --help',
  });
}

/** Each command is loaded when it runs: `--help` and `serve` need not wait for the others. */
function commands(context: Context, done: (status: number) => void): Command {
  const { terminal } = context;
  const program = new Command('layerscope')
    .description('Shows what is inside container images and why.')
    .version(version)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: () => {}, // Errors are printed by `fail`, in one line.
    })
    .argument('[target]', 'a project folder, an image archive or an image to open')
    .action(async (target: string | undefined, _options, command: Command) => {
      const { openApp } = await import('./open-app.ts');
      done(await openApp(target, ServeOptions.parse(givenOptions(command)), context));
    });
  addServeOptions(addSharedOptions(program));

  addSharedOptions(program.command('build'))
    .description("build a folder's variants and compare them")
    .argument('<folder>', 'the project folder; running this is consent to run its code')
    .addOption(new Option('--file <path>', 'only this Dockerfile (repeatable)').argParser(repeatable))
    .addOption(new Option('--target <stage>', 'only this stage (repeatable)').argParser(repeatable))
    .option('--context-dir <folder>', 'the build context')
    .addOption(
      new Option('--build-arg <name=value>', 'set a build argument (repeatable)').argParser(
        buildArgs(terminal.env),
      ),
    )
    .option('--no-cache', "do not use the engine's build cache (with --watch: for the first build)")
    .option('--pull', 'look for newer base images')
    .option('--network <mode>', 'the network of RUN: default, host or none')
    .addOption(
      new Option(
        '--secret <id=name,...>',
        'for RUN --mount=type=secret: id=NAME, with src=PATH or env=VARIABLE (repeatable)',
      ).argParser(secrets),
    )
    .addOption(
      new Option(
        '--ssh <id>',
        'for RUN --mount=type=ssh: default, the agent that runs; or ID=SOCKET or ID=KEY,... (repeatable)',
      ).argParser(sshAgents),
    )
    .addOption(
      new Option(
        '--transport <how>',
        'how layers come from the engine; if not said, buildkit where it can',
      ).choices(Transport.options),
    )
    .option('--load', 'make the images in the engine too, tagged, so that they can be run')
    .option('--watch', 'go on: build and compare again at every change, until Ctrl+C')
    .action(async (folder: string, _options, command: Command) => {
      const { build } = await import('./build.ts');
      done(await build(folder, BuildOptions.parse(givenOptions(command)), context));
    });

  addSharedOptions(program.command('analyze'))
    .description('show one image: its layers, sizes and waste')
    .argument('<target>', 'an image, an archive, an OCI folder, or - for an archive on stdin')
    .option('--image <tag or index>', 'which image, where an archive holds several (index from 0)')
    .option('--no-verify', "do not check the layers' digests")
    .option('--pull', 'pull the image when it is not there')
    .action(async (target: string, _options, command: Command) => {
      const { analyze } = await import('./analyze.ts');
      done(await analyze(target, AnalyzeOptions.parse(givenOptions(command)), context));
    });

  addSharedOptions(program.command('compare'))
    .description('compare two images or archives')
    .argument('<left>', 'an image, an archive or an OCI folder')
    .argument('<right>', 'what it is compared with')
    .option('--no-verify', "do not check the layers' digests")
    .option('--pull', 'pull an image that is not there')
    .action(async (left: string, right: string, _options, command: Command) => {
      const { compare } = await import('./compare.ts');
      done(await compare(left, right, AnalyzeOptions.parse(givenOptions(command)), context));
    });

  addServeOptions(addSharedOptions(program.command('serve')))
    .description('open the app in a browser')
    .argument('[folder]', 'a project folder, an image archive or an image')
    .action(async (target: string | undefined, _options, command: Command) => {
      const { serveWeb } = await import('./serve.ts');
      done(await serveWeb(target, ServeOptions.parse(givenOptions(command)), context));
    });

  addSharedOptions(program.command('cache'))
    .description('show what the layer cache holds')
    .option('--clear', 'empty it')
    .action(async (_options, command: Command) => {
      const { cache } = await import('./cache.ts');
      done(await cache(CacheOptions.parse(givenOptions(command)), context));
    });

  return program;
}

function addServeOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--port <port>', 'the port of the web host (default: a free one)').argParser(
        integerBetween(0, 65_535),
      ),
    )
    .option('--no-open', 'do not open the browser');
}
