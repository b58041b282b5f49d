import { describe, expect, it } from 'vitest';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { BuildEvent } from '../../../shared/model/build.ts';
import { createBuildJobs } from './build-job.ts';

const never = new AbortController().signal;

describe('build jobs', () => {
  it('sends the snapshot first, then every change, to whoever follows', async () => {
    const jobs = createBuildJobs();
    const go = Promise.withResolvers<void>();
    const job = jobs.start('/project', ['a'], async (emit) => {
      emit({ type: 'variant', variant: 'a', status: 'building', at: 1 });
      await go.promise;
      emit({ type: 'variant', variant: 'a', status: 'built', at: 2 });
    });
    const seen: BuildEvent[] = [];
    const followed = job.follow((event) => seen.push(event), never);
    expect(jobs.running('/project')).toBe(job);
    go.resolve();
    expect(await followed).toBe('done');
    expect(seen[0]).toMatchObject({ type: 'snapshot', snapshot: { variants: [{ status: 'building' }] } });
    expect(seen.slice(1).map((event) => event.type)).toEqual(['variant', 'state']);
    expect(jobs.running('/project')).toBeUndefined();
    expect(jobs.get(job.id).snapshot().state).toBe('done');
  });

  it('leaves the build alone when a follower goes away', async () => {
    const jobs = createBuildJobs();
    const go = Promise.withResolvers<void>();
    const job = jobs.start('/project', [], () => go.promise);
    const controller = new AbortController();
    const followed = job.follow(() => {}, controller.signal);
    controller.abort();
    await expect(followed).rejects.toMatchObject({ info: { code: 'cancelled' } });
    expect(job.snapshot().state).toBe('building');
    go.resolve();
    await job.ended;
  });

  it('marks what was under way as cancelled when the build is', async () => {
    const jobs = createBuildJobs();
    const job = jobs.start('/project', ['a', 'b'], async (emit, signal) => {
      emit({ type: 'variant', variant: 'a', status: 'built', at: 1 });
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    job.cancel();
    await job.ended;
    expect(job.snapshot()).toMatchObject({
      state: 'cancelled',
      variants: [{ status: 'built' }, { status: 'cancelled' }],
    });
  });

  it('keeps why it ended early', async () => {
    const info = { code: 'engine-lost', message: 'The engine went away', hint: 'Start it' } as const;
    const jobs = createBuildJobs();
    const job = jobs.start('/project', ['a'], async () => {
      throw new LayerscopeError(info);
    });
    await job.ended;
    expect(job.snapshot()).toMatchObject({ state: 'failed', error: info, variants: [{ status: 'failed' }] });
  });

  it('says that a build of an earlier run is not known', () => {
    expect(() => createBuildJobs().get('x')).toThrow(/no longer known/);
  });
});
