import { parentPort, workerData } from 'node:worker_threads';
import { DigestWork } from './digest-work.ts';

// A thread that verifies beside the one that reads; it imports next to nothing, since it starts for every archive.
const work = new DigestWork(workerData);
for (;;) {
  const steps = work.next();
  let step = steps.next();
  while (!step.done) step = steps.next();
  if (!step.value) break;
  parentPort?.postMessage(step.value);
}
