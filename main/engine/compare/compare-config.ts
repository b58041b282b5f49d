import type { ConfigChange } from '../../../shared/model/comparison-document.ts';
import type { ImageConfigDocument } from '../../../shared/model/image-document.ts';

/** Labels that every image built here has, with values of its own: no difference (layers.md). */
const ownLabels = 'dev.layerscope.';

/** Settings that differ: each variable and label by itself, in byte order. */
export function compareConfig(left: ImageConfigDocument, right: ImageConfigDocument): ConfigChange[] {
  const before = settingsOf(left);
  const after = settingsOf(right);
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((setting) => ({
      setting,
      left: before.get(setting) ?? null,
      right: after.get(setting) ?? null,
    }))
    .filter((change) => change.left !== change.right);
}

/** What is set, as a Dockerfile would name it; what is empty is not set. */
function settingsOf(config: ImageConfigDocument): ReadonlyMap<string, string> {
  const { user, workingDir, entrypoint, cmd, env, labels } = config;
  const variables = env.map((variable): [string, string] => {
    const end = variable.indexOf('=');
    return end < 0 ? [variable, ''] : [variable.slice(0, end), variable.slice(end + 1)];
  });
  return new Map<string, string>([
    ...(user === '' ? [] : [['USER', user] as const]),
    ...(workingDir === '' ? [] : [['WORKDIR', workingDir] as const]),
    ...(entrypoint.length === 0 ? [] : [['ENTRYPOINT', JSON.stringify(entrypoint)] as const]),
    ...(cmd.length === 0 ? [] : [['CMD', JSON.stringify(cmd)] as const]),
    ...variables.sort(byName).map(([name, value]) => [`ENV ${name}`, value] as const),
    ...Object.entries(labels)
      .filter(([name]) => !name.startsWith(ownLabels))
      .sort(byName)
      .map(([name, value]) => [`LABEL ${name}`, value] as const),
  ]);
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
