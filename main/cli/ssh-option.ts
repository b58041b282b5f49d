import { resolve } from 'node:path';
import { LayerscopeError } from '../../shared/api/errors.ts';
import type { BuildSsh } from '../../shared/model/project.ts';

/** What a mount asks for that names none. */
const defaultId = 'default';

/** Gathers `--ssh default` and `--ssh ID=PATH[,PATH]`, as docker build has it (buildx, util/buildflags/ssh.go). */
export function sshAgents(
  value: string,
  previous: readonly BuildSsh[] | undefined,
): readonly BuildSsh[] | undefined {
  // `--ssh "$SSH"` of a variable that is not set asks for nothing.
  if (value === '') return previous;
  const agent = parseAgent(value);
  if (previous?.some(({ id }) => id === agent.id)) throw wrong(`has the id ${agent.id} twice`);
  return [...(previous ?? []), agent];
}

function parseAgent(text: string): BuildSsh {
  const equals = text.indexOf('=');
  const id = (equals < 0 ? text : text.slice(0, equals)) || defaultId;
  const paths = equals < 0 ? '' : text.slice(equals + 1);
  if (paths === '') return { id, paths: [] };
  const all = paths.split(',');
  if (all.includes('')) throw wrong('has an empty path');
  return { id, paths: all.map((path) => resolve(path)) };
}

function wrong(what: string): LayerscopeError {
  return new LayerscopeError({
    code: 'usage',
    message: `--ssh ${what}`,
    hint: 'Write --ssh default for the agent that runs, or --ssh ID=PATH for a key or a socket',
  });
}
