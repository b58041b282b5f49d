import { expect, it } from 'vitest';
import { takeToken } from './token.ts';

function fixtures(address: string, kept = new Map<string, string>()) {
  const url = new URL(address);
  const shown: string[] = [];
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const history = {
    state: null,
    replaceState: (_state: unknown, _title: string, to?: string | URL | null) => void shown.push(String(to)),
  };
  return { take: () => takeToken(url, history, storage), shown, kept };
}

it('takes the token from the fragment, removes it from the address and keeps it for reloads', () => {
  const first = fixtures('http://127.0.0.1:4321/project?folder=%2Fx#token=s3cret');
  expect(first.take()).toBe('s3cret');
  expect(first.shown).toEqual(['/project?folder=%2Fx']);

  const reload = fixtures('http://127.0.0.1:4321/project?folder=%2Fx', first.kept);
  expect(reload.take()).toBe('s3cret');
  expect(reload.shown).toEqual([]);
});

it('prefers the token of a new address over the kept one', () => {
  const again = fixtures('http://127.0.0.1:4321/#token=new', new Map([['layerscope.token', 'old']]));
  expect(again.take()).toBe('new');
  expect(again.kept.get('layerscope.token')).toBe('new');
});

it('has none without either', () => {
  expect(fixtures('http://127.0.0.1:4321/').take()).toBeUndefined();
  expect(fixtures('http://127.0.0.1:4321/#token=').take()).toBeUndefined();
});
