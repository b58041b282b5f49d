import type { BuildEvent, BuildSnapshot, VariantBuild } from './build.ts';

/** Characters of a step's log that are kept: the end, which is where failures are. */
export const keptLogLength = 65_536;

/**
 * The snapshot after an event. The engine keeps its own snapshot with it and every window follows with the same
 * function, so both always show the same.
 */
export function applyBuildEvent(snapshot: BuildSnapshot, event: BuildEvent): BuildSnapshot {
  switch (event.type) {
    case 'snapshot':
      return event.snapshot;
    case 'state':
      return { ...snapshot, state: event.state, ...(event.error && { error: event.error }) };
    case 'reading':
      return { ...snapshot, reading: event.progress };
    case 'variant':
      return withVariant(snapshot, event.variant, (variant) => {
        const ended = event.status === 'built' || event.status === 'failed' || event.status === 'cancelled';
        return {
          ...variant,
          status: event.status,
          startedAt: variant.startedAt ?? event.at,
          ...(ended && { endedAt: event.at }),
          ...(event.error && { error: event.error }),
        };
      });
    case 'step':
      return withVariant(snapshot, event.variant, (variant) => {
        const at = variant.steps.findIndex((step) => step.id === event.step.id);
        const steps = at < 0 ? [...variant.steps, event.step] : variant.steps.with(at, event.step);
        return { ...variant, steps };
      });
    case 'log':
      return withVariant(snapshot, event.variant, (variant) => {
        const before = Object.hasOwn(variant.logs, event.step) ? variant.logs[event.step]! : '';
        const text = (before + event.text).slice(-keptLogLength);
        return { ...variant, logs: { ...variant.logs, [event.step]: text } };
      });
  }
}

function withVariant(
  snapshot: BuildSnapshot,
  name: string,
  change: (variant: VariantBuild) => VariantBuild,
): BuildSnapshot {
  return {
    ...snapshot,
    variants: snapshot.variants.map((variant) => (variant.name === name ? change(variant) : variant)),
  };
}
