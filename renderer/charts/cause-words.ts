import type { Cause } from '../../shared/model/image-document.ts';

/** Why bytes are stored in vain, in a word or two. */
export const causeWords: Record<Cause, string> = {
  overwritten: 'overwritten',
  copiedUp: 'copied up',
  deleted: 'deleted',
  shadowed: 'shadowed',
  repeated: 'repeated',
};

export const causeSentences: Record<Cause, string> = {
  overwritten: 'Other content came at this path in a later layer',
  copiedUp: 'The same content is stored again: only mode, owner, time or attributes changed',
  deleted: 'A later layer removes it, yet it is shipped',
  shadowed: 'Another kind of entry took the path or a parent of it',
  repeated: 'The same layer carries this path more than once',
};
