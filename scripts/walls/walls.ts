import { posix } from 'node:path';
import { type ParseResult, parseSync } from 'oxc-parser';

/** An import that crosses one of the walls, or hides what it imports. */
export interface BrokenWall {
  /** File from the top of the repository, with forward slashes. */
  readonly file: string;
  /** Line of the import, from 1. */
  readonly line: number;
  /** What is imported, as written. */
  readonly specifier: string;
  /** The rule it breaks, for people. */
  readonly rule: string;
}

interface Import {
  /** Undefined where it is computed at run time. */
  readonly specifier: string | undefined;
  readonly offset: number;
}

/**
 * The imports of one source file that break a wall of the design. Type imports count: a wall is about who
 * knows whom. A computed `import(x)` is broken too, since nobody can check it.
 *
 * @param file path from the top of the repository, with forward slashes
 */
export function wallsBrokenBy(file: string, source: string): readonly BrokenWall[] {
  const parsed = parseSync(file, source);
  const lineOf = (offset: number) => source.slice(0, offset).split('\n').length;
  const failure = parsed.errors[0];
  if (failure !== undefined) {
    const line = lineOf(failure.labels[0]?.start ?? 0);
    return [{ file, line, specifier: '', rule: `the file does not parse: ${failure.message}` }];
  }
  return importsOf(parsed.program).flatMap(({ specifier, offset }) => {
    const rule =
      specifier === undefined
        ? 'imports are written out, so that they can be checked'
        : ruleBroken(file, specifier);
    return rule === undefined
      ? []
      : [{ file, line: lineOf(offset), specifier: specifier ?? '(computed)', rule }];
  });
}

function ruleBroken(file: string, specifier: string): string | undefined {
  const target = /^\.{0,2}\//.test(specifier) ? posix.join(posix.dirname(file), specifier) : undefined;
  const isIn = (path: string | undefined, ...folders: string[]) =>
    folders.some((folder) => path !== undefined && `${path}/`.startsWith(`${folder}/`));

  if (/^electron(\/|$)/.test(specifier) && !isIn(file, 'main/desktop')) {
    return 'only main/desktop imports electron';
  }
  if (isIn(file, 'renderer') && isIn(target, 'main')) return 'the renderer imports nothing of main';
  if (isIn(file, 'main/engine') && isIn(target, 'main/desktop', 'main/web', 'main/cli')) {
    return 'the engine imports none of its hosts (main/desktop, main/web, main/cli)';
  }
  if (isIn(file, 'shared') && !isIn(target, 'shared')) {
    const allowed = /\.test\.ts$/.test(file) ? /^(zod|vitest|fast-check)(\/|$)/ : /^zod(\/|$)/;
    if (!allowed.test(specifier)) return 'shared imports nothing but zod and itself';
  }
  return undefined;
}

/** Every way to name another module: import, export … from, import(), import type, import x = require(), require(). */
function importsOf(program: ParseResult['program']): readonly Import[] {
  const found: Import[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      return;
    }
    if (!isNode(value)) return;
    const name = moduleNamed(value);
    if (name !== undefined) found.push({ specifier: literal(name), offset: value.start });
    for (const child of Object.values(value)) visit(child);
  };
  visit(program);
  return found;
}

interface AstNode {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

function moduleNamed(node: AstNode): unknown {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node.source ?? undefined;
    case 'TSExternalModuleReference':
      return node.expression;
    case 'CallExpression': {
      const { callee, arguments: parameters } = node;
      const isRequire = isNode(callee) && callee.type === 'Identifier' && callee.name === 'require';
      return isRequire && Array.isArray(parameters) ? parameters[0] : undefined;
    }
    default:
      return undefined;
  }
}

function literal(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TSLiteralType') return literal(node.literal);
  if (node.type === 'TemplateLiteral' && Array.isArray(node.quasis) && node.quasis.length === 1) {
    const [{ value }] = node.quasis;
    return value.cooked;
  }
  return undefined;
}
