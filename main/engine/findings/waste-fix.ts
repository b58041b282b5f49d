import type { Cause } from '../../../shared/model/image-document.ts';
import type { Dockerfile, Instruction } from '../../../shared/model/project.ts';
import type { LayerOwner } from '../stages/attribute-layers.ts';

export interface Waste {
  readonly cause: Cause;
  /** Who stored the content, and who wasted it; undefined where that is not known. */
  readonly stored: LayerOwner | undefined;
  readonly wasted: LayerOwner | undefined;
  readonly dockerfile: Dockerfile;
}

/** An instruction whose text a person can change. */
interface Line extends Instruction {
  readonly stage: number;
}

/**
 * What to change in the Dockerfile so that the content is stored once, or not at all: a sentence. Undefined where
 * nothing saves it: of what a base does to itself, and where it is not known who did it.
 */
export function wasteFix({ cause, stored, wasted, dockerfile }: Waste): string | undefined {
  const by = lineOf(wasted, dockerfile);
  if (!by || !stored) return undefined;
  if (stored.kind === 'base') return fixOfBase(cause, stored.reference, by);
  const from = lineOf(stored, dockerfile);
  // A tar that has a path twice was made by the builder, not by anybody's line.
  if (!from || cause === 'repeated') return undefined;
  if (from.stage !== by.stage) return fixAcrossStages(cause, from, by, dockerfile);
  if (from.keyword === 'RUN' && by.keyword === 'RUN') return joinRuns(from, by, dockerfile);
  if (isCopy(from)) return fixOfCopy(cause, from, by);
  return undefined;
}

/** Undefined of a base's layer and of what ONBUILD did: neither stands in this Dockerfile. */
function lineOf(owner: LayerOwner | undefined, dockerfile: Dockerfile): Line | undefined {
  if (owner?.kind !== 'instruction' || owner.trigger) return undefined;
  const instruction = dockerfile.stages[owner.stage]?.instructions.find(({ line }) => line === owner.line);
  return instruction && { ...instruction, stage: owner.stage };
}

/** The base's layers are what they are: only storing less above them, or another base, saves anything. */
function fixOfBase(cause: Cause, reference: string, by: Line): string | undefined {
  switch (cause) {
    case 'deleted':
      return `They stay in the layers of ${reference}: deleting them saves nothing, choose a base without them`;
    case 'copiedUp': {
      const attributes = changesAttributes(by);
      return attributes && `Leave what ${reference} has out of ${attributes.command} on line ${by.line}`;
    }
    case 'overwritten':
      return upgrades(by)
        ? `Take a newer ${reference} instead of upgrading its packages on line ${by.line}`
        : undefined;
    default:
      return undefined;
  }
}

/** Content that is made and goes before its layer ends is never stored. */
function joinRuns(from: Line, by: Line, dockerfile: Dockerfile): string {
  const between = dockerfile.stages[from.stage]!.instructions.filter(
    ({ line, keyword }) => line > from.line && line < by.line && makesFiles(keyword),
  );
  if (between.length === 0) return `Join the RUNs on lines ${from.line} and ${by.line} into one`;
  if (between.every(({ keyword }) => keyword === 'RUN'))
    return `Join the RUNs on lines ${from.line} to ${by.line} into one`;
  return `Do on line ${from.line} already what line ${by.line} does to it`;
}

function fixOfCopy(cause: Cause, from: Line, by: Line): string | undefined {
  if (isCopy(by)) {
    if (cause === 'copiedUp')
      return `Copy on line ${by.line} only what line ${from.line} has not copied already`;
    return cause === 'overwritten'
      ? `Leave out of line ${from.line} what line ${by.line} copies over it`
      : undefined;
  }
  if (by.keyword !== 'RUN') return undefined;
  if (cause === 'copiedUp') {
    const attributes = changesAttributes(by);
    return (
      attributes &&
      `Use ${from.keyword} ${attributes.flags} on line ${from.line} instead of ${attributes.command} on line ${by.line}`
    );
  }
  if (cause === 'deleted' && from.keyword === 'COPY')
    return `Do not copy it on line ${from.line}: RUN --mount=type=bind on line ${by.line} can read it without storing it`;
  if (cause === 'deleted') return `Fetch or unpack it in the RUN on line ${by.line} that deletes it`;
  return `Do lines ${from.line} and ${by.line} in a stage of their own, and copy the result from there`;
}

/** What one stage stores is in every image that stands on it. */
function fixAcrossStages(cause: Cause, from: Line, by: Line, dockerfile: Dockerfile): string | undefined {
  if (cause !== 'deleted') return undefined;
  const name = dockerfile.stages[from.stage]!.name ?? String(from.stage);
  return `They stay in the layers of stage ${name}: delete them on line ${from.line} already, or copy from ${name} what line ${by.line} keeps`;
}

function isCopy({ keyword }: Line): boolean {
  return keyword === 'COPY' || keyword === 'ADD';
}

function makesFiles(keyword: string): boolean {
  return keyword === 'RUN' || keyword === 'COPY' || keyword === 'ADD';
}

/** Commands of a RUN that change attributes of files, and the flags of COPY and ADD that do it while copying. */
function changesAttributes({ keyword, text }: Line): { command: string; flags: string } | undefined {
  if (keyword !== 'RUN') return undefined;
  const chmod = /\bchmod\b/.test(text);
  const chown = /\b(chown|chgrp)\b/.exec(text)?.[1];
  if (chmod && chown) return { command: `chmod and ${chown}`, flags: '--chmod and --chown' };
  if (chmod) return { command: 'chmod', flags: '--chmod' };
  return chown === undefined ? undefined : { command: chown, flags: '--chown' };
}

/** apt-get upgrade, dist-upgrade, apk upgrade, dnf or yum update … */
function upgrades({ keyword, text }: Line): boolean {
  return (
    keyword === 'RUN' &&
    /\b(apt(-get)?|apk|dnf|microdnf|yum|zypper)\b[^;&|]*\b(\w+-)?(upgrade|update-to)\b/.test(text)
  );
}
