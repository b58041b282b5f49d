import type { Row } from '../row.ts';
import { archiveRows } from './archives.ts';

/** Every row of the table, in its order. */
export const rows: readonly Row[] = [...archiveRows];
