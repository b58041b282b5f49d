import { expect, it } from 'vitest';
import { isAllowedExternal, isAppUrl } from './app-address.ts';

it.each(['app://layerscope/', 'app://layerscope/project?folder=%2Fx#a'])('%s is the app', (url) => {
  expect(isAppUrl(url)).toBe(true);
});

it.each([
  'app://layerscope.evil/',
  'app://evil/layerscope',
  'app://layerscope@evil/',
  'app://layerscope:80/',
  'https://layerscope/',
  'file:///app/layerscope/index.html',
  'about:blank',
  'not a url',
  '',
])('%s is not the app', (url) => {
  expect(isAppUrl(url)).toBe(false);
});

it.each(['https://docs.docker.com/build/', 'https://github.com/', 'https://layerscope.dev'])(
  '%s may be opened',
  (url) => {
    expect(isAllowedExternal(url)).toBe(true);
  },
);

it.each([
  'http://docs.docker.com/',
  'https://docs.docker.com.evil.example/',
  'https://docs.docker.com:8443/',
  'https://docs.docker.com@evil.example/',
  'https://user@github.com/',
  'https://evil.example/#https://github.com',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'ms-settings:',
  'github.com',
])('%s may not be opened', (url) => {
  expect(isAllowedExternal(url)).toBe(false);
});
