import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../open-store.ts';
import { bigLayer } from './big-layer.ts';

/**
 * A process that writes layers until it is killed. It waits for a byte before it begins, and says on standard output
 * where it is: `(` in a transaction, `)` when that is over.
 */
const [folder, first, maxBytes] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];

const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (text) {
  exec.call(this, text);
  if (text === 'BEGIN IMMEDIATE') writeSync(1, '(');
  if (text === 'COMMIT' || text === 'ROLLBACK') writeSync(1, ')');
};

writeSync(1, 'ready');
process.stdin.once('data', () => {
  const store = openStore({ folder, maxBytes });
  for (let number = first; ; number++) store.layers.put(bigLayer(number % 40));
});
