import { expect, it } from 'vitest';
import {
  emptyForm,
  keepProjectForm,
  readProjectForm,
  tickedVariants,
  toBuildSettings,
} from './project-form.ts';

it('asks for nothing that was not set', () => {
  expect(toBuildSettings(emptyForm)).toEqual({ buildArgs: {}, noCache: false, pull: false });
});

it('turns what was typed into settings', () => {
  expect(
    toBuildSettings({
      ...emptyForm,
      args: { GO: '1.22', UNSET: '' },
      extraArgs: [
        { name: ' HTTP_PROXY ', value: '' },
        { name: '', value: 'lost' },
      ],
      platform: ' linux/arm64 ',
      network: 'host',
      target: 'builder',
      contextDir: '..',
      pull: true,
      secrets: [
        { id: ' npmrc ', from: 'file', name: ' .npmrc ' },
        { id: 'token', from: 'environment', name: 'TOKEN' },
        { id: ' alone ', from: 'file', name: ' ' },
        { id: '', from: 'file', name: 'unfinished' },
      ],
      ssh: true,
      sshPaths: ' /keys/a, ,/keys/b',
      transport: 'save',
    }),
  ).toEqual({
    buildArgs: { GO: '1.22', HTTP_PROXY: '' },
    noCache: false,
    pull: true,
    platform: 'linux/arm64',
    network: 'host',
    targets: ['builder'],
    contextDir: '..',
    secrets: [{ id: 'npmrc', source: '.npmrc' }, { id: 'token', environment: 'TOKEN' }, { id: 'alone' }],
    ssh: [{ id: 'default', paths: ['/keys/a', '/keys/b'] }],
    transport: 'save',
  });
});

it('lets RUN use the agent where no key is named', () => {
  expect(toBuildSettings({ ...emptyForm, ssh: true }).ssh).toEqual([{ id: 'default', paths: [] }]);
  expect(toBuildSettings({ ...emptyForm, sshPaths: '/keys/a' })).not.toHaveProperty('ssh');
});

it('ticks what the project suggests unless a person said otherwise', () => {
  const variant = (name: string, selected: boolean) => ({
    name,
    selected,
    dockerfile: name,
    context: '.',
    stage: 0,
    kind: 'single-stage' as const,
    needs: [0],
  });
  const variants = [
    variant('a', true),
    variant('b', false),
    variant('__proto__', false),
    variant('constructor', true),
  ];
  expect(tickedVariants({ variants }, { ticks: {} })).toEqual(['a', 'constructor']);
  expect(tickedVariants({ variants }, { ticks: { a: false, b: true } })).toEqual(['b', 'constructor']);
});

it('comes back after a reload, and begins anew where what was kept is damaged', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const form = { ...emptyForm, platform: 'linux/arm64', ticks: { 'Dockerfile#builder': true } };
  keepProjectForm('/a', form, storage);
  expect(readProjectForm('/a', storage)).toEqual(form);
  expect(readProjectForm('/b', storage)).toEqual(emptyForm);
  for (const key of kept.keys()) kept.set(key, '{"network":"nowhere"');
  expect(readProjectForm('/a', storage)).toEqual(emptyForm);
});
