import { expect, it } from 'vitest';
import { plainLog } from './plain-log.ts';

it.each([
  ['\u001b[31;1mred\u001b[0m text', 'red text'],
  ['\u001b]8;;http://evil\u0007link\u001b]8;;\u0007', 'link'],
  ['\u001b]0;title\u001b\\after', 'after'],
  ['10 %\r50 %\r100 %\ndone\r\n', '100 %\ndone\n'],
  ['50 %\r', '50 %'],
  ['a\u0000b\u0007c\td', 'abc\td'],
  ['\u202egpj.exe\u202c', 'gpj.exe'],
  ['cut off \u001b[3', 'cut off '],
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
])('%j becomes %j', (raw, plain) => {
  expect(plainLog(raw)).toBe(plain);
});
