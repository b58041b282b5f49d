import { expect, it } from 'vitest';
import type { ProjectDocument } from '../../shared/model/project-document.ts';
import { stylesFor } from './terminal.ts';
import { projectDocument } from './testing/documents.ts';
import { testTerminal } from './testing/terminal.ts';
import { textWatchReport } from './watch-report.ts';

const built = { at: 0, durationMs: 1, changed: undefined, repaired: false };

/** The example, all of whose images have this tag. */
function tagged(tag: string | null): ProjectDocument {
  const variants = projectDocument.variants.map((each) => ({ ...each, build: { ...each.build, tag } }));
  return { ...projectDocument, variants };
}

/** What is printed of a first build that is not followed by loading its images. */
function firstReport(document: ProjectDocument, load: boolean): string {
  let text = '';
  const stdout = { write: (part: string) => (text += part) };
  const layout = { width: 80, top: 10, styles: stylesFor(testTerminal().stdout, {}) };
  textWatchReport(stdout, layout, load).built({ ...built, document, isLoading: false });
  return text;
}

it('says how to have images to run, unless they are to be loaded and a newer change came first', () => {
  expect(firstReport(tagged(null), false)).toContain('Images to run: build with --load');
  expect(firstReport(tagged(null), true)).not.toContain('Images to run');
});

it('names images that are in the engine already', () => {
  expect(firstReport(tagged('example:1'), true)).toContain('Images to run:\n  example:1');
});
