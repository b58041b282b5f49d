// Asks one question of an image of a million files and prints a JSON line: how long each time took, ms. What the
// engine keeps from one question to the next is dropped each time: the same one again is no measure.

import { largestFiles } from '../../main/engine/filesystem/largest-files.ts';
import { built, installed } from './million-images.ts';
import { queries } from './queries.ts';

const times = 15;
const query = queries.find(({ name }) => name === process.argv[2])!;
const { layers, merged } = query.of ? built(query.of) : installed();
// Its own object, so that what is measured finds nothing prepared.
const file = largestFiles({ ...merged }, { offset: 5000, limit: 1 }).rows[0]!.path;
const samples: number[] = [];
for (let time = 0; time < times; time++) {
  // Answers are kept by the object.
  const fs = { ...merged, tree: { ...merged.tree } };
  const began = performance.now();
  query.ask(fs, layers, file);
  samples.push(performance.now() - began);
}
console.log(JSON.stringify(samples));
