import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { isMissing, isRefused, unreadable } from './context-errors.ts';
import { type IgnorePattern, IgnorePatternError, parseIgnoreFile } from './ignore-pattern.ts';
import { quote } from './quote.ts';

export interface IgnoreFile {
  /** Empty where there is no such file. */
  readonly text: string;
  readonly patterns: readonly IgnorePattern[];
}

/** Where the file may be that says what of a context is not sent: the one beside the Dockerfile wins, also when empty. */
export function ignoreFilesOf(contextDir: string, dockerfilePath: string): string[] {
  return [`${dockerfilePath}.dockerignore`, join(contextDir, '.dockerignore')];
}

/** Throws `context-invalid` for a file that cannot be read, and for a line that is no pattern. */
export async function readIgnoreFile(contextDir: string, dockerfilePath: string): Promise<IgnoreFile> {
  for (const path of ignoreFilesOf(contextDir, dockerfilePath)) {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) continue;
      throw isRefused(error) ? unreadable(path, error) : error;
    }
    try {
      return { text, patterns: parseIgnoreFile(text) };
    } catch (error) {
      if (!(error instanceof IgnorePatternError)) throw error;
      throw new LayerscopeError({
        code: 'context-invalid',
        message: `Line ${error.line} of ${quote(basename(path))} is not a pattern: ${error.message}`,
        hint: 'Correct or remove that line',
      });
    }
  }
  return { text: '', patterns: [] };
}
