import type { Difference, Reason, Sentence } from '../../../shared/model/comparison-document.ts';
import type { StageDocument } from '../../../shared/model/project-document.ts';
import type { ChangeColumns } from '../compare/change-columns.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import type { Packages } from '../packages/packages.ts';
import { differenceParts, type Part, type PartOrigin } from './difference-parts.ts';
import type { KeyedGroup } from './group-files.ts';
import { type Subject, subjectOf } from './group-subject.ts';
import { isHardlyDifferent, verdictOf } from './verdict.ts';

/** An image, with what is known of it where a build here made it. */
export interface ExplainedImage {
  readonly filesystem: Filesystem;
  readonly packages: Packages;
  /** The stages its build needed. */
  readonly stages?: readonly Pick<
    StageDocument,
    'name' | 'base' | 'built' | 'leftBehind' | 'leftBehindGroups'
  >[];
}

const mostReasons = 3;
/** A group of files is a reason of its own from this share of what only its side has on. */
const ownShare = 0.1;
/** What is less than this share of the larger image is no reason for anything. */
const smallestShare = 0.01;

/**
 * Why the right image is smaller or larger than the left one: a line, and the three largest reasons. Where there is
 * little of a difference, also what of both is the same. Every number is a sum of live bytes.
 */
export function explainDifference(
  left: ExplainedImage,
  right: ExplainedImage,
  columns: ChangeColumns,
): Difference {
  const before = left.filesystem.totals?.live ?? 0;
  const after = right.filesystem.totals?.live ?? 0;
  const parts = differenceParts(left, right, columns);
  const hardly = before !== after && isHardlyDifferent(before, after);
  const reasons = [
    ...differenceReasons(parts, left, right),
    ...(hardly ? commonReasons(parts.both, after) : []),
  ];
  const least = Math.max(before, after) * smallestShare;
  return {
    verdict: [...verdictOf(before, after), ...(hardly ? mostlyBase(parts.both, after) : [])],
    reasons: reasons
      .filter(({ bytes }) => bytes > 0 && bytes >= least)
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, mostReasons),
  };
}

function differenceReasons(
  parts: { readonly left: readonly Part[]; readonly right: readonly Part[] },
  left: ExplainedImage,
  right: ExplainedImage,
): Reason[] {
  const before = sumsByKey(parts.left);
  const after = sumsByKey(parts.right);
  const inBoth = new Set([...before.keys()].filter((key) => after.has(key)));
  return [
    ...[...inBoth].flatMap((key) => changedGroup(before.get(key)!, after.get(key)!)),
    ...ownReasons(parts.left, inBoth, (what) => goneReason(what, left, right)),
    ...ownReasons(parts.right, inBoth, (what) => newReason(what, left, right)),
  ];
}

interface KeySum {
  readonly group: KeyedGroup;
  readonly bytes: number;
}

/** Known groups and packages; a directory is told of by its origin. */
function sumsByKey(parts: readonly Part[]): ReadonlyMap<string, KeySum> {
  const sums = new Map<string, KeySum>();
  for (const group of parts.flatMap(({ groups }) => groups)) {
    if (group.kind === 'directory') continue;
    const known = sums.get(group.key);
    sums.set(group.key, { group: known?.group ?? group, bytes: group.bytes + (known?.bytes ?? 0) });
  }
  return sums;
}

/** A group that each has a part of for itself: what one has more than the other. */
function changedGroup(before: KeySum, after: KeySum): Reason[] {
  const delta = after.bytes - before.bytes;
  if (delta === 0) return [];
  const { text, plural } = subjectOf(before.group);
  return [
    {
      sentence: [
        `${text} ${plural ? 'take' : 'takes'} `,
        { bytes: Math.abs(delta) },
        delta < 0 ? ' less' : ' more',
      ],
      bytes: Math.abs(delta),
      effect: delta < 0 ? 'smaller' : 'larger',
      ...pathOf(after.group.path),
    },
  ];
}

/** Files of one origin that one side alone has: a group, or what is left of the origin. */
interface Own {
  readonly origin: PartOrigin | undefined;
  readonly group: KeyedGroup | undefined;
  readonly bytes: number;
  /** Whether it is all that this side alone has of the origin. */
  readonly whole: boolean;
}

function ownReasons(
  parts: readonly Part[],
  inBoth: ReadonlySet<string>,
  reasonOf: (own: Own) => Reason,
): Reason[] {
  const all = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return parts.flatMap(({ origin, bytes, groups }) => {
    const told = groups.filter((group) => inBoth.has(group.key));
    const own = groups.filter(
      (group) =>
        !inBoth.has(group.key) &&
        group.bytes >= all * ownShare &&
        (group.kind !== 'directory' || origin?.kind !== 'base'),
    );
    const rest = bytes - [...told, ...own].reduce((sum, group) => sum + group.bytes, 0);
    const whole = told.length + own.length === 0;
    return [
      ...own.map((group) => reasonOf({ origin, group, bytes: group.bytes, whole: false })),
      ...(rest > 0 ? [reasonOf({ origin, group: undefined, bytes: rest, whole })] : []),
    ];
  });
}

/** What only the left image has. */
function goneReason(own: Own, left: ExplainedImage, right: ExplainedImage): Reason {
  const subject = subjectOfOwn(own);
  return {
    sentence: [`${subject.text}, `, { bytes: own.bytes }, `, ${whereItWent(own, subject, left, right)}`],
    bytes: own.bytes,
    effect: 'smaller',
    ...pathOf(own.group?.path),
  };
}

function whereItWent(own: Own, { plural }: Subject, left: ExplainedImage, right: ExplainedImage): string {
  const is = plural ? 'are' : 'is';
  if (!own.origin || !right.filesystem.origins) return `${is} only in the left image`;
  const stage = stageThatLeft(own, right);
  if (stage !== undefined) return `${plural ? 'stay' : 'stays'} behind in ${stage}`;
  const base = baseOf(right);
  const instead =
    own.origin.kind === 'base' && own.origin.name === baseOf(left) && base !== own.origin.name
      ? `: ${base ?? 'scratch'} instead of ${own.origin.name}`
      : '';
  return `${is} no longer in the image${instead}`;
}

/** The name of the stage of the right image's build that has the same and left it behind. */
function stageThatLeft({ origin, group }: Own, { stages = [] }: ExplainedImage): string | undefined {
  const built = stages.filter((stage) => stage.built && (stage.leftBehind ?? 0) > 0);
  const onBase = built.find(({ base }) => origin?.kind === 'base' && base === origin.name);
  if (onBase || !group || group.kind === 'directory') return onBase?.name;
  return built.find(({ leftBehindGroups }) =>
    leftBehindGroups?.items.some(({ name, kind }) => name === group.name && kind === group.kind),
  )?.name;
}

/** What only the right image has. */
function newReason(own: Own, left: ExplainedImage, right: ExplainedImage): Reason {
  const subject = subjectOfOwn(own);
  const is = subject.plural ? 'are' : 'is';
  const known = left.filesystem.origins && right.filesystem.origins;
  return {
    sentence: [
      `${subject.text}, `,
      { bytes: own.bytes },
      known ? `, ${is} new in the image` : `, ${is} only in the right image`,
    ],
    bytes: own.bytes,
    effect: 'larger',
    ...pathOf(own.group?.path),
  };
}

function subjectOfOwn({ origin, group, whole }: Own): Subject {
  if (group) {
    const subject = subjectOf(group);
    const of = origin?.kind === 'base' || origin?.kind === 'external' ? ` of ${origin.name}` : '';
    return { ...subject, text: `${subject.text}${of}` };
  }
  const files = whole ? 'Files' : 'Other files';
  switch (origin?.kind) {
    case undefined:
      return { text: files, plural: true };
    case 'base':
    case 'external':
      return { text: `${files} of ${origin.name}`, plural: true };
    case 'context':
      return { text: `${files} of the build context`, plural: true };
    case 'stage':
      return { text: `${files} that instructions of stage ${origin.name} make`, plural: true };
    case 'untraced':
      return { text: `${files} whose origin is not known`, plural: true };
  }
}

/** Where most of what both have is of one base. */
function mostlyBase(both: readonly Part[], live: number): Sentence {
  const base = both.find(({ origin, bytes }) => origin?.kind === 'base' && bytes * 2 > live);
  return base?.origin ? [`; both are mostly ${base.origin.name}`] : [];
}

/** Where there is little of a difference: what is in both images, by base, and of other origins by group. */
function commonReasons(both: readonly Part[], live: number): Reason[] {
  return both.flatMap(({ origin, bytes, groups }) => {
    const large = groups.filter((group) => group.bytes >= live * ownShare);
    if (origin?.kind === 'base') {
      const runtime = large.filter(({ kind }) => kind === 'known').map(({ name }) => name);
      const holding = runtime.length > 0 ? ` with ${runtime.slice(0, 2).join(' and ')}` : '';
      return sameReason({ text: `The base ${origin.name}${holding}`, plural: false }, bytes, live);
    }
    const named = large.filter(({ name }) => name !== 'other files');
    return named.map((group) => sameReason(subjectOf(group), group.bytes, live, group.path));
  });
}

function sameReason({ text, plural }: Subject, bytes: number, live: number, path?: string | null): Reason {
  const sentence: Sentence = [
    `${text}, `,
    { bytes },
    ' of ',
    { bytes: live },
    `, ${plural ? 'are' : 'is'} in both`,
  ];
  return { sentence, bytes, effect: 'same', ...pathOf(path) };
}

function baseOf({ filesystem }: ExplainedImage): string | undefined {
  const base = filesystem.origins?.owners.find((owner) => owner?.kind === 'base');
  return base?.kind === 'base' ? base.reference : undefined;
}

function pathOf(path: string | null | undefined): { readonly path?: string } {
  return path === null || path === undefined ? {} : { path };
}
