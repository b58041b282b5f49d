import { projectAddress } from '../addresses.ts';
import type { Crumb } from '../components/toolbar.tsx';
import { visibleText } from './visible-text.ts';

/** A project by the last part of its folder's path. */
export function projectCrumb(folder: string): Crumb {
  const name =
    folder
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) || folder;
  return { label: visibleText(name), to: projectAddress(folder) };
}
