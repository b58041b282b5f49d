import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { LayerscopeError } from '../../../shared/api/errors.ts';
import { type ContextFiles, sendContext } from './send-context.ts';

const never = (error: Error) => {
  throw error;
};
const none = { entries: [], read: async () => new Uint8Array() };
const files = (tar: ContextFiles['tar'] = async () => never(new Error('No tar'))): ContextFiles => ({
  context: none,
  dockerfile: none,
  sharedKey: 'key',
  tar,
});

it('lets files be fetched where there is a session', async () => {
  const sender = sendContext(files(), 'api.Dockerfile', never);
  expect(sender.sharedKey).toBe('key');
  expect(Object.keys(sender.methods)).toEqual(['/moby.filesync.v1.FileSync/DiffCopy']);
  expect(await sender.request({ id: 'session' })).toEqual({
    query: { dockerfile: 'api.Dockerfile', remote: 'client-session' },
    headers: {},
  });
});

it('packs them where there is none, and fails and ends with what is packed', async () => {
  const failures: LayerscopeError[] = [];
  const stream = Readable.from(['packed'], { objectMode: false });
  const packed = async () => ({ stream, dockerfile: 'sub/api.Dockerfile' });
  const sender = sendContext(files(packed), 'api.Dockerfile', (error) => failures.push(error));
  const { query, headers, body } = await sender.request({ id: undefined });
  expect({ query, headers }).toEqual({
    query: { dockerfile: 'sub/api.Dockerfile' },
    headers: { 'Content-Type': 'application/x-tar' },
  });
  expect(await text(body!)).toBe('packed');

  const failing = new Readable({ read() {} });
  const next = sendContext(
    files(async () => ({ stream: failing, dockerfile: '' })),
    '',
    (error) => failures.push(error),
  );
  await next.request({ id: undefined });
  failing.destroy(new Error('no more'));
  await expect.poll(() => failures.map(({ info }) => info.code)).toEqual(['context-invalid']);
});

it('sends a tar as it is, with nothing for the session, and ends it', async () => {
  const tar = Readable.from(['tar'], { objectMode: false });
  const sender = sendContext(tar, 'Dockerfile', never);
  expect(sender).toMatchObject({ sharedKey: undefined, methods: {} });
  expect(await sender.request({ id: 'session' })).toMatchObject({
    query: { dockerfile: 'Dockerfile' },
    body: tar,
  });
  sender.destroy();
  expect(tar.destroyed).toBe(true);
});
