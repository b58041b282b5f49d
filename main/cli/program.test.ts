import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { runProgram } from './program.ts';
import { testTerminal } from './testing/terminal.ts';

async function run(args: readonly string[], options: Parameters<typeof testTerminal>[0] = {}) {
  const terminal = testTerminal(options);
  const status = await runProgram(args, { terminal, signal: new AbortController().signal });
  return { status, out: terminal.out(), err: terminal.err() };
}

describe('bad usage', () => {
  it.each([
    ['an unknown option', ['analyze', 'x', '--nope']],
    ['an option that resembles another', ['analyze', 'x', '--jsn']],
    ['no folder to build', ['build']],
    ['one image to compare', ['compare', 'a']],
    ['too many arguments', ['analyze', 'a', 'b']],
    ['a --top that is no number', ['analyze', 'x', '--top', 'many']],
    ['a --top of 0', ['analyze', 'x', '--top', '0']],
    ['a --port out of bounds', ['serve', '--port', '65536']],
    ['a --build-arg without a name', ['build', '.', '--build-arg', '=x']],
    ['a --secret without an id', ['build', '.', '--secret', 'src=/run/token']],
    ['an --ssh of two with one id', ['build', '.', '--ssh', 'default', '--ssh', 'default=/run/agent']],
    ['a --transport that there is not', ['build', '.', '--transport', 'pigeon']],
    ['an option without its value', ['build', '.', '--file']],
    ['--image of what is no archive', ['analyze', 'debian:bookworm', '--image', '0']],
    ['standard input twice', ['compare', '-', '-']],
    ['an option with line breaks in it', ['analyze', 'x', '--a\nb\x1b[2J']],
  ])('%s: one line on stderr, and status 2', async (_what, [command, ...args]) => {
    for (const more of [[], ['--json']]) {
      const { status, out, err } = await run([command ?? '', ...more, ...args]);
      expect(err).toMatch(/^layerscope: usage: [^\n\x1b]+\. [^\n\x1b]+\.\n$/);
      expect(status).toBe(2);
      expect(out).toBe('');
    }
  });

  it('does not wait for somebody to type an archive', async () => {
    const { status, err } = await run(['analyze', '-'], { isTTY: true });
    expect(err).toContain('nothing is piped in');
    expect(status).toBe(2);
  });
});

it.each([['./no/such'], ['serve', '/no/such/folder']])('%s: nothing to open there', async (...args) => {
  const { status, out, err } = await run(args);
  expect(err).toMatch(/^layerscope: path-not-found: There is nothing at [^\n]+\n$/);
  expect({ status, out }).toEqual({ status: 2, out: '' });
});

it('--version', async () => {
  expect(await run(['--version'])).toEqual({ status: 0, out: `${manifest.version}\n`, err: '' });
});

it('--help names every command; a command its options', async () => {
  const { status, out } = await run(['--help']);
  expect(status).toBe(0);
  for (const name of ['build', 'analyze', 'compare', 'serve', 'cache']) expect(out).toContain(`  ${name} `);
  const shared = [
    '--json',
    '--platform',
    '--docker-host',
    '--docker-context',
    '--no-cache-store',
    '--top',
    '--quiet',
  ];
  const own: Readonly<Record<string, readonly string[]>> = {
    build: [
      ...['--file', '--target', '--context-dir', '--build-arg', '--no-cache', '--pull', '--network'],
      ...['--secret', '--ssh', '--transport', '--load', '--watch'],
    ],
    analyze: ['--image', '--no-verify', '--pull'],
    compare: [],
    serve: ['--port', '--no-open'],
    cache: ['--clear'],
  };
  for (const [command, options] of Object.entries(own)) {
    const help = (await run([command, '--help'])).out;
    for (const option of [...shared, ...options]) expect(help, command).toContain(`  ${option}`);
  }
});
