import type { FileGroup } from '../../../shared/model/project-document.ts';

/** A group as a sentence begins with it. */
export interface Subject {
  readonly text: string;
  readonly plural: boolean;
}

const withArticle =
  /(toolchain|cache|caches|database|store|registry|repository|runtime|JDK|SDK|output|history|lists|compilers)$/;
const plural =
  /(files|manuals|locales|logs|libraries|modules|packages|programs|archives|gems|dependencies|caches|lists|compilers|and Yarn)$/;

/** `The Go toolchain`, `Git`, `38 more Debian packages`, `/srv/app`. */
export function subjectOf({ name, kind }: Pick<FileGroup, 'name' | 'kind'>): Subject {
  if (name === 'other files') return { text: 'Other files', plural: true };
  if (kind === 'directory') return { text: name, plural: false };
  if (kind === 'package') return { text: name, plural: /^\d+ /.test(name) && plural.test(name) };
  const [place, what] = name.split(': ');
  if (what !== undefined) return { text: `The ${what} of ${place}`, plural: plural.test(what) };
  return {
    text: withArticle.test(name) ? `The ${name}` : name.replace(/^(doc|loc|log|temp|head)/, capital),
    plural: plural.test(name),
  };
}

/** Of words; names of programs stay as they are. */
function capital(word: string): string {
  return `${word[0]!.toUpperCase()}${word.slice(1)}`;
}
