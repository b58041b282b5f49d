import { resolve } from 'node:path';
import { LayerscopeError } from '../../shared/api/errors.ts';
import type { BuildSecret } from '../../shared/model/project.ts';
import { csvFields } from './csv-fields.ts';

/**
 * Gathers `--secret id=NAME[,src=PATH][,env=VAR]`, as docker build has it (buildx, util/buildflags/secrets.go): of two
 * with one id the later one counts, and without a path or variable the id names the variable or, where that is not
 * set, the file.
 */
export function secrets(value: string, previous: readonly BuildSecret[] | undefined): readonly BuildSecret[] {
  const secret = parseSecret(value);
  return [...(previous ?? []).filter(({ id }) => id !== secret.id), secret];
}

function parseSecret(text: string): BuildSecret {
  const { id, source, variable, type } = fieldsOf(text);
  if (!id) throw wrong('has no id');
  if (type !== undefined && type !== 'file' && type !== 'env')
    throw wrong('has a type other than file and env');
  // The type tells only what a source is.
  const environment = variable || (type === 'env' ? source : undefined);
  if (environment) return { id, environment };
  if (source && type !== 'env') return { id, source: resolve(source) };
  return { id, environment: id, source: resolve(id) };
}

type Fields = Partial<Record<'id' | 'source' | 'variable' | 'type', string>>;

const keys: Readonly<Record<string, keyof Fields>> = {
  id: 'id',
  src: 'source',
  source: 'source',
  env: 'variable',
  type: 'type',
};

function fieldsOf(text: string): Fields {
  const all = csvFields(text);
  if (!all) throw wrong('has a quote in the wrong place');
  const fields: Fields = {};
  for (const field of all) {
    const equals = field.indexOf('=');
    if (equals < 0) throw wrong('has a field without =');
    const key = field.slice(0, equals).toLowerCase();
    if (!Object.hasOwn(keys, key)) throw wrong('has a field other than id, src, env and type');
    fields[keys[key]!] = field.slice(equals + 1);
  }
  return fields;
}

/** Never with what was typed: who gets the option wrong has often put the secret itself there. */
function wrong(what: string): LayerscopeError {
  return new LayerscopeError({
    code: 'usage',
    message: `--secret ${what}`,
    hint: 'Write --secret id=NAME,src=PATH or --secret id=NAME,env=VARIABLE',
  });
}
