import { type InstructionParts, splitInstruction, stringArray } from './instruction-parts.ts';
import { pairsOf } from './name-values.ts';
import { quote } from './quote.ts';

/** How many arguments each instruction needs at least (BuildKit, frontend/dockerfile/instructions). */
const FEWEST_ARGUMENTS: ReadonlyMap<string, number> = new Map([
  ['ADD', 2],
  ['ARG', 1],
  ['CMD', 0],
  ['COPY', 2],
  ['ENTRYPOINT', 0],
  ['ENV', 1],
  ['EXPOSE', 1],
  ['FROM', 1],
  ['HEALTHCHECK', 1],
  ['LABEL', 1],
  ['MAINTAINER', 1],
  ['ONBUILD', 1],
  ['RUN', 0],
  ['SHELL', 1],
  ['STOPSIGNAL', 1],
  ['USER', 1],
  ['VOLUME', 1],
  ['WORKDIR', 1],
]);

const NOT_TRIGGERS = new Set(['ONBUILD', 'FROM', 'MAINTAINER']);

/** What is wrong with an instruction by itself, as a sentence; undefined when nothing is. */
export function instructionProblem(
  parts: InstructionParts,
  escapeCharacter: string,
  knowsAll: boolean,
): string | undefined {
  const { keyword, rest } = parts;
  const fewest = FEWEST_ARGUMENTS.get(keyword);
  if (fewest === undefined) {
    return knowsAll ? `${quote(keyword)} is not a Dockerfile instruction` : undefined;
  }
  const words = stringArray(rest) ?? rest.split(/[\t\v\f\r ]+/).filter((word) => word !== '');
  if (words.length < fewest) {
    return `${keyword} needs ${fewest === 1 ? 'an argument' : 'a source and a destination'}`;
  }
  switch (keyword) {
    case 'FROM':
      return words.length === 1 || (words.length === 3 && words[1]!.toLowerCase() === 'as')
        ? undefined
        : 'FROM takes an image, and then at most AS and a name';
    case 'ENV':
    case 'LABEL':
      return pairsProblem(keyword, rest, escapeCharacter);
    case 'SHELL':
      return stringArray(rest)?.length
        ? undefined
        : 'SHELL takes its arguments in JSON form: ["program", "option"]';
    case 'ONBUILD': {
      const trigger = splitInstruction(rest, escapeCharacter);
      return NOT_TRIGGERS.has(trigger.keyword)
        ? `${trigger.keyword} cannot follow ONBUILD`
        : instructionProblem(trigger, escapeCharacter, knowsAll);
    }
    default:
      return undefined;
  }
}

/** `KEY value`, or `KEY=value` any number of times. */
function pairsProblem(keyword: string, rest: string, escapeCharacter: string): string | undefined {
  const pairs = pairsOf(rest, escapeCharacter);
  const bare = pairs.find(({ value }) => value === undefined);
  if (!bare) return undefined;
  return bare === pairs[0]
    ? `${keyword} needs a name and a value`
    : `${keyword} has no "=" in ${quote(bare.name)}`;
}
