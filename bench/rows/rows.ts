import type { Row } from '../row.ts';
import { answeringRows } from './answering.ts';
import { archiveRows } from './archives.ts';
import { browserRows } from './browser.ts';
import { containerdRows } from './containerd.ts';
import { containerdWatchRows } from './containerd-watch.ts';
import { engineRows } from './engine.ts';

import { millionFilesRows } from './million-files.ts';
import { originRows } from './origins.ts';
import { startupRows } from './startup.ts';

/** Every row of the table, in its order. */
export const rows: readonly Row[] = [
  ...archiveRows,
  ...engineRows,
  ...containerdRows,
  ...containerdWatchRows,
  ...millionFilesRows,
  ...originRows,
  ...answeringRows,
  ...browserRows,
  ...startupRows,
];
