import { type ErrorCode, LayerscopeError } from '../../../shared/api/errors.ts';
import { howToRaise, type LimitName } from './limits.ts';

/** What a tar stream is to its reader, so that the same defect is told in its reader's words. */
export interface TarSubject {
  /** Begins a sentence: `Layer sha256:…`, `The archive`. */
  readonly name: string;
  readonly invalid: ErrorCode;
  readonly truncated: ErrorCode;
}

export function invalidTar(subject: TarSubject, defect: string): LayerscopeError {
  return new LayerscopeError({
    code: subject.invalid,
    message: `${subject.name} is not a valid tar: ${defect}`,
    hint: 'Save the image again; if it stays so, build it again with the newest version of the tool that made it',
  });
}

export function truncatedTar(subject: TarSubject, where: string): LayerscopeError {
  return new LayerscopeError({
    code: subject.truncated,
    message: `${subject.name} is cut off ${where}`,
    hint: 'Copy or save it again in full',
  });
}

export function limitExceeded(
  subject: Pick<TarSubject, 'name'>,
  what: string,
  limit: LimitName,
): LayerscopeError {
  return new LayerscopeError({
    code: 'limit-exceeded',
    message: `${subject.name} ${what}, which is more than Layerscope reads`,
    hint: howToRaise(limit),
  });
}

const decoder = new TextDecoder();

/** A name from an archive, quoted and cut for a message: names are hostile and may be 64 KiB of control characters. */
export function quoted(bytes: Uint8Array): string {
  const text = decoder.decode(bytes.subarray(0, 400));
  return JSON.stringify(bytes.length > 400 ? `${text}…` : text);
}
