import { interleaved } from '../measure/interleaved.ts';
import { measureProcess } from '../measure/measure-process.ts';
import type { Measured } from '../measure/measured.ts';
import { layerscope } from '../programs.ts';
import type { Row } from '../row.ts';
import { startWebHost } from '../web-host.ts';

export const startupRows: readonly Row[] = [
  {
    name: 'version',
    work: '`layerscope --version`',
    target: { ms: 150 },
    measure: ({ runs, signal }) =>
      interleaved({ runs, signal }, { ours: () => measureProcess(layerscope(['--version']), signal) }),
  },
  {
    name: 'web-host',
    work: 'web host, from its start to the page it answers with',
    target: { ms: 600 },
    measure: (context) => interleaved(context, { ours: answer }),
  },
];

async function answer(): Promise<Measured> {
  const began = performance.now();
  await using host = await startWebHost();
  const response = await fetch(host.url);
  if (!response.ok || !(await response.text()).includes('<script')) throw new Error('That is not the page');
  return { ms: performance.now() - began, peakBytes: null };
}
