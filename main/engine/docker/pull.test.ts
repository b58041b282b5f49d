import { describe, expect, it } from 'vitest';
import { connectEngine } from './connect-engine.ts';
import { createPullProgress } from './pull.ts';
import { startRawServer } from './testing/raw-server.ts';

const line = (id: string, status: string, current?: number, total?: number) => ({
  id,
  status,
  progressDetail: { current, total },
});

describe('createPullProgress', () => {
  it('sums layers; the total is there once every size is known', () => {
    const next = createPullProgress();
    expect(next({ id: 'bookworm', status: 'Pulling from library/debian' })).toMatchObject({
      layers: 0,
      bytes: 0,
    });
    next(line('aaaaaaaaaaaa', 'Pulling fs layer'));
    next(line('bbbbbbbbbbbb', 'Already exists'));
    expect(next(line('cccccccccccc', 'Waiting'))).toMatchObject({ layers: 3, done: 1 });
    expect(next(line('aaaaaaaaaaaa', 'Downloading', 40, 100))).toEqual({
      layers: 3,
      done: 1,
      bytes: 40,
      status: 'Downloading',
    });
    expect(next(line('cccccccccccc', 'Downloading', 10, 20))).toMatchObject({ bytes: 50, total: 120 });
    expect(next(line('aaaaaaaaaaaa', 'Download complete'))).toMatchObject({ bytes: 110, total: 120 });
    // Extracting counts the same bytes again: they are not downloaded twice.
    expect(next(line('aaaaaaaaaaaa', 'Extracting', 5, 100))).toMatchObject({ bytes: 110, done: 1 });
    expect(next(line('aaaaaaaaaaaa', 'Pull complete'))).toMatchObject({ bytes: 110, done: 2 });
  });
});

describe('pull', () => {
  async function pullAnswered(body: string, status = 200) {
    await using server = await startRawServer((_request, response) => response.writeHead(status).end(body));
    const engine = await connectEngine({ dockerHost: server.url, env: {}, home: '/nonexistent' });
    await engine.pull('team/app', { platform: 'linux/arm64' });
    return server.requests.at(-1);
  }
  const failed = (message: string) => `${JSON.stringify({ errorDetail: { message }, error: message })}\n`;

  it('asks for one tag, never for all', async () => {
    expect(await pullAnswered('{"status":"Status: Image is up to date"}\n')).toBe(
      'POST /v1.51/images/create?fromImage=docker.io%2Fteam%2Fapp&tag=latest&platform=linux%2Farm64',
    );
  });

  it.each([
    ['manifest for team/app:latest not found: manifest unknown: manifest unknown', 'image-not-found'],
    [
      'pull access denied for team/app, repository does not exist or may require docker login',
      'image-not-found',
    ],
    ['no matching manifest for linux/arm64 in the manifest list entries', 'platform-unavailable'],
    [
      'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
      'pull-failed',
    ],
    ['toomanyrequests: You have reached your pull rate limit', 'pull-failed'],
  ])('reads "%s" as %s', async (message, code) => {
    await expect(pullAnswered(failed(message))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    await expect(pullAnswered(JSON.stringify({ message }), 500)).rejects.toMatchObject({ code });
  });

  it('takes an answer without an end for a lost engine', async () => {
    await expect(pullAnswered('{"status":"Pulling fs layer","id":"aaaaaaaaaaaa"}\n')).rejects.toMatchObject({
      code: 'engine-lost',
    });
  });
});
