import { expect, it } from 'vitest';
import { settingsFor } from './settings-for.ts';

it('takes the service for what a person did not set', () => {
  const service = { buildArgs: { A: '1', B: '2' }, platform: 'linux/arm64' };
  expect(settingsFor(service, { buildArgs: { B: '3' }, network: 'host' })).toEqual({
    buildArgs: { A: '1', B: '3' },
    platform: 'linux/arm64',
    network: 'host',
  });
  expect(settingsFor(service, { platform: 'linux/amd64' }).platform).toBe('linux/amd64');
  expect(settingsFor({}, {})).toEqual({ buildArgs: {} });
});

it('adds the secrets and agents of a service to those a person set, who wins by the id', () => {
  const dockerfile = {
    secrets: [
      { id: 'a', source: 'a' },
      { id: 'b', source: 'b' },
    ],
    ssh: [{ id: 'default', paths: [] }],
  };
  const settings = { secrets: [{ id: 'b', environment: 'B' }], ssh: [{ id: 'default', paths: ['key'] }] };
  expect(settingsFor(dockerfile, settings)).toMatchObject({
    secrets: [
      { id: 'a', source: 'a' },
      { id: 'b', environment: 'B' },
    ],
    ssh: [{ id: 'default', paths: ['key'] }],
  });
  expect(settingsFor(dockerfile, {})).toMatchObject(dockerfile);
  expect(settingsFor({}, settings)).toMatchObject(settings);
  expect(settingsFor({}, {})).toEqual({ buildArgs: {} });
});
