import type { Difference, Reason, Sentence } from '../../../shared/model/comparison-document.ts';
import type { StageDocument } from '../../../shared/model/project-document.ts';
import type { ChangeColumns } from '../compare/change-columns.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import type { Packages } from '../packages/packages.ts';
import { type DifferenceParts, differenceParts, type Part, type PartOrigin } from './difference-parts.ts';
import type { TalliedGroup } from './group-files.ts';
import { type Subject, subjectOf } from './group-subject.ts';
import { runtimes } from './places.ts';
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
/** Of these so many are what both have: there is room for what differs. */
const mostCommon = 2;
/** A group of files is a reason of its own from this share of what only its side has on. */
const ownShare = 0.1;
/** What is less than this share of the larger image is no reason for anything. */
const smallestShare = 0.01;

/** A reason whose path is only looked for when it is among the largest. */
type FoundReason = Omit<Reason, 'path'> & { readonly locate: () => string | undefined };

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
  const least = Math.max(1, before * smallestShare, after * smallestShare);
  const common = hardly ? largest(commonReasons(parts.both, after), least, mostCommon) : [];
  const own = largest(differenceReasons(parts, left, right), least, mostReasons - common.length);
  const reasons = largest([...common, ...own], least, mostReasons);
  return {
    verdict: [...verdictOf(before, after), ...(hardly ? mostlyBase(parts.both, after) : [])],
    reasons: reasons.map(({ locate, ...reason }) => {
      const path = locate();
      return path === undefined ? reason : { ...reason, path };
    }),
  };
}

function largest(reasons: readonly FoundReason[], least: number, most: number): FoundReason[] {
  return reasons
    .filter(({ bytes }) => bytes >= least)
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, most);
}

/** Files that one side has for itself: a group, or what else it has of an origin. */
interface Own {
  readonly key: string;
  readonly origin: PartOrigin | undefined;
  /** Undefined: the rest of the origin. */
  readonly group: TalliedGroup | undefined;
  readonly subject: Subject;
  readonly bytes: number;
  readonly locate: () => string | undefined;
}

/** What both sides have for themselves, each in its own way, counts by what one has more. */
function differenceReasons(
  parts: DifferenceParts,
  left: ExplainedImage,
  right: ExplainedImage,
): FoundReason[] {
  const known = new Set(keysOf(parts.left).filter((key) => keysOf(parts.right).includes(key)));
  const before = ownOf(parts.left, known);
  const after = ownOf(parts.right, known);
  const reasons: FoundReason[] = [];
  for (const key of new Set([...before, ...after].map((own) => own.key))) {
    const was = before.filter((own) => own.key === key);
    const is = after.filter((own) => own.key === key);
    if (was.length > 0 && is.length > 0) reasons.push(changeReason(was, is));
    else if (is.length > 0) reasons.push(...is.map((own) => newReason(own, left, right)));
    else reasons.push(...was.map((own) => goneReason(own, left, right)));
  }
  return reasons;
}

/** Of groups that can be told of in both images: a directory is told of by its origin. */
function keysOf(parts: readonly Part[]): string[] {
  return parts.flatMap(({ groups }) =>
    groups.filter(({ kind }) => kind !== 'directory').map(({ key }) => key),
  );
}

/** Groups that the other side has too, those that weigh something, and for each origin the rest. */
function ownOf(parts: readonly Part[], inBoth: ReadonlySet<string>): Own[] {
  const all = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return parts.flatMap((part): Own[] => {
    const { origin } = part;
    const told = part.groups.filter(
      (group) =>
        (inBoth.has(group.key) && group.kind !== 'directory') ||
        (group.bytes >= all * ownShare && (group.kind !== 'directory' || origin?.kind !== 'base')),
    );
    const rest = part.bytes - told.reduce((sum, { bytes }) => sum + bytes, 0);
    return [
      ...told.map((group) => ({
        key: `${group.kind} ${group.key}`,
        origin,
        group,
        subject: ofOrigin(subjectOf(group), origin),
        bytes: group.bytes,
        locate: () => part.locate(group),
      })),
      {
        // Stages of two Dockerfiles have nothing in common but that they are stages.
        key: `rest ${origin?.kind === 'stage' ? 'stage' : origin?.id}`,
        origin,
        group: undefined,
        subject: restOf(origin, told.length === 0),
        bytes: rest,
        locate: () => undefined,
      },
    ].filter(({ bytes }) => bytes > 0);
  });
}

function ofOrigin(subject: Subject, origin: PartOrigin | undefined): Subject {
  if (origin?.kind !== 'base' && origin?.kind !== 'external') return subject;
  return { ...subject, text: `${subject.text} of ${origin.name}` };
}

/** What else there is of an origin, or all that only this side has of it. */
function restOf(origin: PartOrigin | undefined, isAll: boolean): Subject {
  const files = isAll ? 'Files' : 'Other files';
  return { text: `${files}${whose(origin)}`, plural: true };
}

function whose(origin: PartOrigin | undefined): string {
  switch (origin?.kind) {
    case undefined:
      return '';
    case 'base':
    case 'external':
      return ` of ${origin.name}`;
    case 'context':
      return ' of the build context';
    case 'stage':
      return ' that the instructions of the Dockerfile make';
    case 'untraced':
      return ' whose origin is not known';
  }
}

function changeReason(was: readonly Own[], is: readonly Own[]): FoundReason {
  const sum = (all: readonly Own[]) => all.reduce((bytes, own) => bytes + own.bytes, 0);
  const delta = sum(is) - sum(was);
  const [first] = is;
  // Of several origins none is named.
  const { text, plural } = first!.group ? subjectOf(first!.group) : first!.subject;
  return {
    sentence: [
      `${text} ${plural ? 'take' : 'takes'} `,
      { bytes: Math.abs(delta) },
      delta < 0 ? ' less' : ' more',
    ],
    bytes: Math.abs(delta),
    effect: delta < 0 ? 'smaller' : 'larger',
    locate: first!.locate,
  };
}

/** What only the left image has. */
function goneReason(own: Own, left: ExplainedImage, right: ExplainedImage): FoundReason {
  const { subject, bytes, locate } = own;
  return {
    sentence: [`${subject.text}, `, { bytes }, `, ${whereItWent(own, left, right)}`],
    bytes,
    effect: 'smaller',
    locate,
  };
}

function whereItWent(own: Own, left: ExplainedImage, right: ExplainedImage): string {
  const { origin, subject } = own;
  const is = subject.plural ? 'are' : 'is';
  if (!origin || !right.filesystem.origins) return `${is} only in the left image`;
  const stage = stageThatLeft(own, right);
  if (stage !== undefined) return `${subject.plural ? 'stay' : 'stays'} behind in ${stage}`;
  const base = baseOf(right);
  const replaced = origin.kind === 'base' && origin.name === baseOf(left) && base !== origin.name;
  return `${is} no longer in the image${replaced ? `: ${base ?? 'scratch'} instead of ${origin.name}` : ''}`;
}

/** The name of the stage of the right image's build that has the same and left it behind. */
function stageThatLeft({ origin, group, bytes }: Own, right: ExplainedImage): string | undefined {
  const built = right.stages?.filter((stage) => stage.built && (stage.leftBehind ?? 0) > 0) ?? [];
  if (origin?.kind === 'base') {
    // What the image's own base has was deleted from it, not left behind.
    if (origin.name === baseOf(right)) return undefined;
    return built.find(({ base, leftBehind }) => base === origin.name && leftBehind! >= bytes)?.name;
  }
  if (!group || group.kind === 'directory') return undefined;
  return built.find(({ leftBehindGroups }) =>
    leftBehindGroups?.items.some(({ name, kind }) => name === group.name && kind === group.kind),
  )?.name;
}

/** What only the right image has. */
function newReason(
  { subject, bytes, locate }: Own,
  left: ExplainedImage,
  right: ExplainedImage,
): FoundReason {
  const is = subject.plural ? 'are' : 'is';
  const known = left.filesystem.origins && right.filesystem.origins;
  return {
    sentence: [
      `${subject.text}, `,
      { bytes },
      known ? `, ${is} new in the image` : `, ${is} only in the right image`,
    ],
    bytes,
    effect: 'larger',
    locate,
  };
}

/** Where most of what both have is of one base. */
function mostlyBase(both: readonly Part[], live: number): Sentence {
  const base = both.find(({ origin, bytes }) => origin?.kind === 'base' && bytes * 2 > live);
  return base?.origin ? [`; both are mostly ${base.origin.name}`] : [];
}

/** Where there is little of a difference: what is in both images, by base, and of other origins by group. */
function commonReasons(both: readonly Part[], live: number): FoundReason[] {
  return both.flatMap((part) => {
    const large = part.groups.filter(({ bytes }) => bytes >= live * ownShare);
    if (part.origin?.kind !== 'base') {
      return large
        .filter(({ name }) => name !== 'other files')
        .map((group) => sameReason(subjectOf(group), group.bytes, live, () => part.locate(group)));
    }
    const runtime = large
      .filter(({ kind, name }) => kind === 'known' && runtimes.has(name))
      .map(({ name }) => name);
    const holding = runtime.length > 0 ? ` with ${runtime.slice(0, 2).join(' and ')}` : '';
    const base = { text: `The base ${part.origin.name}${holding}`, plural: false };
    return part.bytes >= live * ownShare ? sameReason(base, part.bytes, live, () => undefined) : [];
  });
}

function sameReason(
  { text, plural }: Subject,
  bytes: number,
  live: number,
  locate: FoundReason['locate'],
): FoundReason {
  const are = plural ? 'are' : 'is';
  return {
    sentence: [`${text}, `, { bytes }, ' of ', { bytes: live }, `, ${are} in both`],
    bytes,
    effect: 'same',
    locate,
  };
}

function baseOf({ filesystem }: ExplainedImage): string | undefined {
  const base = filesystem.origins?.owners.find((owner) => owner?.kind === 'base');
  return base?.kind === 'base' ? base.reference : undefined;
}
