import { expect, it } from 'vitest';
import { readTracedHandle, TraceRecord, tracedHandle, traceId } from './trace-record.ts';

const record: TraceRecord = {
  targets: [{ stage: 1, needs: [0, 1] }],
  stages: [
    {
      index: 0,
      name: 'build',
      line: 1,
      base: { kind: 'image', reference: 'debian' },
      image: `sha256:${'a'.repeat(64)}`,
      owners: [
        { kind: 'base', reference: 'debian', stage: 0, line: 1 },
        { kind: 'instruction', stage: 0, line: 1, endLine: 1, copy: 'unknown', trigger: true },
        null,
        {
          kind: 'instruction',
          stage: 0,
          line: 2,
          endLine: 3,
          copy: {
            keyword: 'COPY',
            from: undefined,
            sources: ['/a'],
            fetches: false,
            heredocs: [],
            destination: '/',
            parents: false,
          },
        },
      ],
    },
  ],
  context: 'context:0',
};

it('is the same after it was kept as JSON', () => {
  const kept = TraceRecord.parse(JSON.parse(JSON.stringify(record)));
  expect(kept).toEqual(record);
  expect(traceId(kept)).toBe(traceId(record));
});

it('has a name that depends on all of it', () => {
  const { context, stages, targets } = record;
  const [stage] = stages;
  const owners = stage!.owners.map((owner) => owner && Object.fromEntries(Object.entries(owner).reverse()));
  const reversed = { context, stages: [{ ...stage, owners }], targets } as unknown as TraceRecord;
  expect(traceId(reversed)).toBe(traceId(record));
  expect(traceId({ ...record, context: null })).not.toBe(traceId(record));
  expect(traceId({ ...record, targets: [{ stage: 1, needs: [1] }] })).not.toBe(traceId(record));
});

it('is no record where something is missing, or is something else', () => {
  for (const other of [undefined, {}, { ...record, stages: [{}] }, { ...record, context: 7 }]) {
    expect(TraceRecord.safeParse(other).success).toBe(false);
  }
});

it('is found by the handle of any of its images', () => {
  const id = traceId(record);
  const image = record.stages[0]!.image;
  const handle = tracedHandle(image, id, 1, 0);
  expect(handle.length).toBeLessThanOrEqual(200);
  expect(readTracedHandle(handle)).toEqual({ image, id });
  expect(tracedHandle(image, id, 0, 0)).not.toBe(handle);
  for (const other of [
    image,
    `${image}~without-3`,
    `${image}~unverified`,
    `${handle}x`,
    '~origins-a-0-0',
    '',
  ]) {
    expect(readTracedHandle(other)).toBeUndefined();
  }
});
