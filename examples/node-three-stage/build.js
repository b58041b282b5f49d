// The build: writes the time into the program. A real one would compile and bundle here.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

mkdirSync('dist', { recursive: true });
writeFileSync('dist/main.js', readFileSync('src/main.js', 'utf8').replace('BUILT_AT', String(Date.now())));
