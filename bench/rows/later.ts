import { NotMeasured, type Row } from '../row.ts';

const why = 'layers are not read straight from BuildKit yet: an issue of its own';

/** Rows of the table that wait for something to be built. */
export const laterRows: readonly Row[] = [
  {
    name: 'containerd-three',
    work: 'engine with the containerd store: three variants built here, nothing indexed',
    target: { ratio: 0.3 },
    measure: () => Promise.reject(new NotMeasured(why)),
  },
  {
    name: 'containerd-edit',
    work: 'there, from a one-line edit to the whole new comparison',
    target: { ms: 800 },
    measure: () => Promise.reject(new NotMeasured(why)),
  },
];
