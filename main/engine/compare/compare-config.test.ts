import { expect, it } from 'vitest';
import type { ImageConfigDocument } from '../../../shared/model/image-document.ts';
import { compareConfig } from './compare-config.ts';

const nothing: ImageConfigDocument = {
  user: '',
  entrypoint: [],
  cmd: [],
  env: [],
  workingDir: '',
  labels: {},
};

it('each setting, variable and label that differs is one; what is not set is null', () => {
  const left = {
    user: '',
    entrypoint: ['/app'],
    cmd: ['a b', 'c'],
    env: ['PATH=/bin', 'B=1', 'GONE=x=y', 'EMPTY='],
    workingDir: '/',
    labels: { maintainer: 'a', same: 's' },
  };
  const right = {
    user: 'node',
    entrypoint: ['/app'],
    cmd: [],
    env: ['B=2', 'PATH=/bin', 'EMPTY='],
    workingDir: '/srv',
    labels: { same: 's', 'org.x': 'é' },
  };
  expect(compareConfig(left, right)).toEqual([
    { setting: 'WORKDIR', left: '/', right: '/srv' },
    { setting: 'CMD', left: '["a b","c"]', right: null },
    { setting: 'ENV B', left: '1', right: '2' },
    { setting: 'ENV GONE', left: 'x=y', right: null },
    { setting: 'LABEL maintainer', left: 'a', right: null },
    { setting: 'USER', left: null, right: 'node' },
    { setting: 'LABEL org.x', left: null, right: 'é' },
  ]);
  expect(compareConfig(left, left)).toEqual([]);
});

it('the order of variables, and labels of our own, are no difference', () => {
  expect(
    compareConfig(
      { ...nothing, env: ['A=1', 'B=2'], labels: { 'dev.layerscope.variant': 'a' } },
      { ...nothing, env: ['B=2', 'A=1'], labels: { 'dev.layerscope.variant': 'b' } },
    ),
  ).toEqual([]);
});

it('a variable that is set to nothing is not one that is not set', () => {
  expect(compareConfig({ ...nothing, env: ['A='] }, nothing)).toEqual([
    { setting: 'ENV A', left: '', right: null },
  ]);
});
