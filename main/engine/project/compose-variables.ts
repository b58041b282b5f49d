/** The value of a variable; undefined where it is not set. */
export type VariableLookup = (name: string) => string | undefined;

/** Text whose variables Compose refuses: `${X:?why}` without X, or `${` without what belongs there. */
export class VariableError extends Error {}

const NAME = /[_a-z][_a-z0-9]*/iy;
/** Nothing real nests deeper; the bound keeps hostile text from exhausting the stack. */
const DEEPEST_NESTING = 50;

/**
 * Text of a compose or `.env` file with its variables replaced, as Compose does it (compose-go, template): `$X`, `${X}`,
 * and `${X` with the modifiers `-`, `+` and `?`, each also after a colon, whose text may hold variables again; `$$` is a
 * dollar. What is not set is empty. Throws VariableError.
 */
export function replaceVariables(text: string, lookup: VariableLookup, depth = 0): string {
  if (depth > DEEPEST_NESTING) throw new VariableError('variables are nested too deeply');
  let result = '';
  for (let at = 0; at < text.length; ) {
    const dollar = text.indexOf('$', at);
    if (dollar === -1) return result + text.slice(at);
    result += text.slice(at, dollar);
    at = dollar + 1;
    if (text[at] === '$') {
      result += '$';
      at++;
    } else if (text[at] === '{') {
      const end = closingBrace(text, at);
      result += braced(text.slice(at + 1, end), lookup, depth);
      at = end + 1;
    } else {
      const name = nameAt(text, at);
      result += name === '' ? '$' : (lookup(name) ?? '');
      at += name.length;
    }
  }
  return result;
}

/** What `${…}` becomes; `inside` is what stands between its braces. */
function braced(inside: string, lookup: VariableLookup, depth: number): string {
  const name = nameAt(inside, 0);
  const [, colon, modifier, operand = ''] = /^(:?)([-+?])([\s\S]*)$/.exec(inside.slice(name.length)) ?? [];
  if (name === '' || (modifier === undefined && name !== inside)) {
    throw new VariableError(`"\${${inside}}" is not a variable`);
  }
  const value = lookup(name);
  const isSet = value !== undefined && !(colon && value === '');
  const replaced = () => replaceVariables(operand, lookup, depth + 1);
  switch (modifier) {
    case '-':
      return isSet ? value : replaced();
    case '+':
      return isSet ? replaced() : '';
    case '?': {
      if (isSet) return value;
      const reason = replaced();
      throw new VariableError(`the variable ${name} is required${reason && `: ${reason}`}`);
    }
    default:
      return value ?? '';
  }
}

function nameAt(text: string, at: number): string {
  NAME.lastIndex = at;
  return NAME.exec(text)?.[0] ?? '';
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  throw new VariableError('a "${" is not closed');
}
