// Asks one question of an image of a million files and prints a JSON line: how long each time took, ms. What the
// engine keeps from one question to the next is dropped each time: the same one again is no measure.

import { mergeLayers } from '../../main/engine/filesystem/merge-layers.ts';
import { generatedLayers } from '../../main/engine/filesystem/testing/million-files.ts';
import { queries } from './queries.ts';

const times = 15;
const query = queries.find(({ name }) => name === process.argv[2])!;
const layers = generatedLayers();
const merged = mergeLayers(layers);
const samples: number[] = [];
for (let time = 0; time < times; time++) {
  // Answers are kept by the object.
  const fs = { ...merged, tree: { ...merged.tree } };
  const began = performance.now();
  query.ask(fs, layers);
  samples.push(performance.now() - began);
}
console.log(JSON.stringify(samples));
