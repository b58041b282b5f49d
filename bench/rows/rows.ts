import type { Row } from '../row.ts';
import { answeringRows } from './answering.ts';
import { archiveRows } from './archives.ts';
import { browserRows } from './browser.ts';
import { engineRows } from './engine.ts';
import { laterRows } from './later.ts';
import { millionFilesRows } from './million-files.ts';
import { originRows } from './origins.ts';
import { startupRows } from './startup.ts';

/** Every row of the table, in its order. */
export const rows: readonly Row[] = [
  ...archiveRows,
  ...engineRows,
  ...laterRows,
  ...millionFilesRows,
  ...originRows,
  ...answeringRows,
  ...browserRows,
  ...startupRows,
];
