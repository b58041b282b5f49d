import type { VariantDocument } from '../../shared/model/project-document.ts';
import { useFormatBytes } from './use-format-bytes.ts';

const words = {
  buildkit: ['Layers straight from BuildKit', 'Only layers that were not known were sent'],
  save: ['docker save', 'The engine sent the images as an archive'],
} as const;

/** How the layers of a build came from the engine, and how much of them was read; nothing of what was not built. */
export function TransportFact({
  variants,
}: {
  readonly variants: readonly Pick<VariantDocument, 'build'>[];
}) {
  const format = useFormatBytes();
  const built = variants.filter(({ build }) => build.status === 'built');
  const [first] = built;
  if (!first) return null;
  const [text, title] = words[first.build.transport];
  const bytes = built.reduce((sum, { build }) => sum + build.bytesRead, 0);
  return (
    <span title={title}>
      {text} · {bytes === 0 ? 'nothing read' : `${format(bytes)} read`}
    </span>
  );
}
