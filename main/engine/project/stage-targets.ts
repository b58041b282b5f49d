import type { Dockerfile, Stage } from '../../../shared/model/project.ts';
import { splitInstruction } from './instruction-parts.ts';
import { readStatements } from './statements.ts';

/** How to build any stage of a Dockerfile on its own. */
export interface StageTargets {
  /** The text to build instead, where some stage cannot be named as it stands; the lines keep their numbers. */
  readonly source?: string;
  /** What to give as `--target` for a stage; undefined for the last, which needs none. */
  readonly targetOf: (stage: number) => string | undefined;
}

/**
 * BuildKit takes only names as `--target`, no indices, and of several stages with one name the last. Other stages get
 * a name in the text: `stage-N`, as BuildKit calls them in its steps anyway. One text serves all of a Dockerfile's
 * builds, so that they share the cache even where a COPY takes the Dockerfile itself.
 */
export function stageTargets(dockerfile: Dockerfile): StageTargets {
  const { stages } = dockerfile;
  const lastOfName = new Map(stages.map((stage) => [stage.name?.toLowerCase(), stage.index]));
  const added = new Map<number, string>();
  for (const { index, name } of stages.slice(0, -1)) {
    if (name !== undefined && lastOfName.get(name.toLowerCase()) === index) continue;
    let unique = `stage-${index}`;
    while (lastOfName.has(unique)) unique += '-';
    lastOfName.set(unique, index);
    added.set(index, unique);
  }
  return {
    ...(added.size > 0 && { source: withNames(dockerfile, added) }),
    targetOf: (index) =>
      index === stages.length - 1 ? undefined : (added.get(index) ?? stages[index]?.name),
  };
}

/** Only FROM lines change: new names after AS, and where a stage starts from one that was renamed. */
function withNames(dockerfile: Dockerfile, names: ReadonlyMap<number, string>): string {
  const { statements, lines } = readStatements(dockerfile.source);
  const statementAt = new Map(statements.map((statement) => [statement.line, statement]));
  const result = [...lines];
  for (const stage of dockerfile.stages) {
    const base = stage.base.kind === 'stage' ? names.get(stage.base.index) : undefined;
    const name = names.get(stage.index) ?? stage.name;
    const statement = statementAt.get(stage.line);
    if (!statement || (base === undefined && !names.has(stage.index))) continue;
    const blank = statement.endLine - statement.line;
    result.splice(
      stage.line - 1,
      blank + 1,
      fromLine(statement.text, dockerfile.escape, base, name),
      ...Array(blank).fill(''),
    );
  }
  return result.join('\n');
}

function fromLine(
  text: string,
  escapeCharacter: string,
  base: string | undefined,
  name: Stage['name'],
): string {
  const { rest } = splitInstruction(text, escapeCharacter);
  const head = text.slice(0, text.trimEnd().length - rest.length);
  const image = base ?? rest.split(/[\t\v\f\r ]/)[0];
  return `${head}${image}${name === undefined ? '' : ` AS ${name}`}`;
}
