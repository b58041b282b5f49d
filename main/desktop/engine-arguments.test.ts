import { describe, expect, it } from 'vitest';
import { EngineArguments, engineArguments, ownArguments } from './engine-arguments.ts';

describe('ownArguments', () => {
  const development = { isPackaged: false, appPath: '/srv/app' };

  it('are all of a packaged app', () => {
    expect(ownArguments(['/opt/layerscope', '/x'], { isPackaged: true, appPath: '/a.asar' })).toEqual(['/x']);
  });

  it("come after the app's folder", () => {
    expect(ownArguments(['electron', '/srv/app/', '--', '/x'], development)).toEqual(['--', '/x']);
  });

  it("pass over Electron's own options before it", () => {
    const argv = ['electron', '--inspect=0', '-r', 'loader.js', '/srv/app', '/x'];
    expect(ownArguments(argv, development)).toEqual(['/x']);
  });
});

describe('engineArguments', () => {
  it('reads what the terminal program hands over', () => {
    const args = ['--docker-host=unix:///run/a b.sock', '--no-cache-store', '--', '--help'];
    expect(engineArguments(args, '1.0.0')).toEqual({
      version: '1.0.0',
      dockerHost: 'unix:///run/a b.sock',
      cacheStore: false,
      open: '--help',
    });
  });

  it("passes over Chromium's switches", () => {
    expect(engineArguments(['--no-sandbox', '--remote-debugging-port=0', '/x'], '1')).toEqual({
      version: '1',
      cacheStore: true,
      open: '/x',
    });
  });

  it('keeps the cache unless told otherwise, and survives being sent', () => {
    const args = engineArguments([], '1');
    expect(EngineArguments.parse(JSON.parse(JSON.stringify(args)))).toEqual({
      version: '1',
      cacheStore: true,
    });
  });
});
