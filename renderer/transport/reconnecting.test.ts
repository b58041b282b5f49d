import { expect, it, vi } from 'vitest';
import type { Channel } from '../../shared/api/connection.ts';
import { Refused, reconnecting } from './reconnecting.ts';

function fakeChannel() {
  const closers: (() => void)[] = [];
  const channel: Channel = {
    send: () => {},
    onMessage: () => {},
    onClose: (listener) => void closers.push(listener),
  };
  const close = () => {
    for (const closer of closers) closer();
  };
  return { channel, close };
}

it('dials again with growing pauses, and counts its connections', async () => {
  const first = fakeChannel();
  const second = fakeChannel();
  const answers: (() => Promise<Channel>)[] = [
    async () => first.channel,
    async () => Promise.reject(new Error('not there')),
    async () => Promise.reject(new Error('not there')),
    async () => second.channel,
  ];
  const pauses: number[] = [];
  const states: string[] = [];
  const host = reconnecting(
    () => answers.shift()!(),
    async (ms) => void pauses.push(ms),
  );
  host.onStatus(() => states.push(`${host.status().state} ${host.status().generation}`));
  await vi.waitFor(() => expect(host.status()).toEqual({ state: 'connected', generation: 1 }));

  const pending = host.api.call('engine.images', {});
  first.close();
  await expect(pending).rejects.toMatchObject({ code: 'connection-lost' });
  await vi.waitFor(() => expect(host.status()).toEqual({ state: 'connected', generation: 2 }));
  expect(pauses).toEqual([200, 500, 1000]);
  expect(states).toContain('lost 1');
});

it('fails calls while there is no connection, and gives up where it is refused', async () => {
  const host = reconnecting(async () => Promise.reject(new Refused()));
  await vi.waitFor(() => expect(host.status().state).toBe('refused'));
  await expect(host.api.call('engine.images', {})).rejects.toMatchObject({ code: 'connection-lost' });
});
