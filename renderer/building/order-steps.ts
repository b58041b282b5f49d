import type { BuildStep } from '../../shared/model/build.ts';

export interface OrderedSteps {
  /** Those of an instruction, in the order of the Dockerfile. */
  readonly instructions: readonly BuildStep[];
  /** What BuildKit does around them: loading the Dockerfile and the context, resolving bases, exporting. */
  readonly others: readonly BuildStep[];
}

/** BuildKit tells of steps as it comes to them, stages interleaved; a person reads a Dockerfile from top to bottom. */
export function orderSteps(steps: readonly BuildStep[]): OrderedSteps {
  const instructions = steps
    .filter((step) => step.line !== undefined)
    .sort((a, b) => (a.stage ?? 0) - (b.stage ?? 0) || (a.line ?? 0) - (b.line ?? 0));
  return { instructions, others: steps.filter((step) => step.line === undefined) };
}

export interface StepTitle {
  /** `builder 3/4`, as BuildKit counts. */
  readonly place: string | undefined;
  readonly text: string;
}

/** BuildKit's name in its two parts: `[builder 3/4] RUN go build` is `builder 3/4` and the instruction. */
export function stepTitle(name: string): StepTitle {
  const match = /^\[([^\]]*)\]\s*([\s\S]*)$/.exec(name);
  if (!match?.[2]) return { place: undefined, text: name };
  return { place: match[1], text: match[2] };
}

/** BuildKit writes references out in full; a person wrote `golang:1.22`. */
export function shortReferences(text: string): string {
  return text.replace(/\bdocker\.io\/(library\/)?/g, '').replace(/@sha256:[0-9a-f]{64}\b/g, '');
}
