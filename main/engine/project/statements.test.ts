import { DockerfileParser } from 'dockerfile-ast';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStatements } from './statements.ts';

const ranges = (source: string) =>
  readStatements(source).statements.map(({ line, endLine }) => [line, endLine]);

describe('lines', () => {
  it('joins continuations over comments and empty lines', () => {
    const { statements } = readStatements('FROM a\nRUN x \\\n  # why\n\n  && y\nCMD z\n');
    expect(statements).toEqual([
      { text: 'FROM a', line: 1, endLine: 1 },
      { text: 'RUN x   && y', line: 2, endLine: 5 },
      { text: 'CMD z', line: 6, endLine: 6 },
    ]);
  });

  it('continues after spaces, but not after a doubled backslash', () => {
    expect(ranges('RUN a \\  \nb\nRUN c\\\\\nCMD d')).toEqual([
      [1, 2],
      [3, 3],
      [4, 4],
    ]);
  });

  it('reads Windows line ends and a byte order mark', () => {
    const { statements, escape: character } = readStatements(
      '\ufeff# escape=`\r\nFROM a\r\nRUN x `\r\n y\r\n',
    );
    expect(character).toBe('`');
    expect(statements.map(({ text }) => text)).toEqual(['FROM a', 'RUN x  y']);
  });

  it('ends an instruction whose last line still continues at the end of the file', () => {
    expect(ranges('FROM a\nRUN x \\\n')).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('keeps NULs and very long lines', () => {
    const long = `RUN ${'x'.repeat(1 << 20)}\0`;
    expect(readStatements(`FROM a\n${long}`).statements[1]!.text).toBe(long);
  });
});

describe('directives', () => {
  it.each([
    ['# syntax=docker/dockerfile:1\nFROM a', 'docker/dockerfile:1', '\\'],
    ['#Syntax = a/b:1 ignored\n# ESCAPE=`\nFROM a', 'a/b:1', '`'],
    ['#!/usr/bin/x\n# syntax=a\nFROM a', 'a', '\\'],
    ['# check=skip=all\n# escape=`\nFROM a', undefined, '`'],
    ['# hello\n# syntax=a\n# escape=`\nFROM a', undefined, '\\'],
    ['\n# syntax=a\nFROM a', undefined, '\\'],
    ['FROM a\n# escape=`', undefined, '\\'],
    ['# constructor=a\n# escape=`\nFROM a', undefined, '\\'],
  ])('reads %j', (source, syntax, escapeCharacter) => {
    const statements = readStatements(source);
    expect(statements.syntax).toBe(syntax);
    expect(statements.escape).toBe(escapeCharacter);
    expect(statements.problems).toEqual([]);
  });

  it('reports a second one and an impossible escape character', () => {
    expect(readStatements('# escape=`\n# escape=`\nFROM a').problems[0]).toMatchObject({ line: 2 });
    expect(readStatements('# escape=x\nFROM a').problems[0]).toMatchObject({ line: 1 });
  });
});

describe('heredocs', () => {
  it('belong to their instruction, several in order', () => {
    expect(ranges('COPY <<A <<"B C" /x/\nRUN no\nA\nFROM no\nB C\nRUN x')).toEqual([
      [1, 5],
      [6, 6],
    ]);
  });

  it('end at their name alone, after tabs only with <<-', () => {
    expect(ranges('RUN <<EOF\n\tEOF\n EOF\nEOF \nEOF\nRUN x')[0]).toEqual([1, 5]);
    expect(ranges('RUN <<-EOF\n x\n\tEOF\nRUN x')[0]).toEqual([1, 3]);
    expect(ranges('RUN << EOF\n x\nEOF\nRUN x')[0]).toEqual([1, 3]);
    expect(ranges('COPY <<-A <<B /x/\n\tA\n\tB\nB\nRUN x')[0]).toEqual([1, 4]);
  });

  it('may have a descriptor, quotes, and text after them', () => {
    expect(ranges("RUN 3<<'EOF' cat | sh # <<X\nEOF\nX\nRUN x")[0]).toEqual([1, 3]);
    expect(ranges('ONBUILD RUN <<EOF\nFROM no\nEOF\nRUN x')[0]).toEqual([1, 3]);
  });

  it.each([
    'RUN ["a", "<<EOF"]',
    'RUN echo "<<EOF"',
    'RUN cat <<<EOF',
    'RUN echo $((1<<2))',
    'ENV a=<<EOF',
    "RUN echo it's <<EOF",
  ])('are not in %j', (line) => {
    expect(ranges(`${line}\nRUN x`)[0]).toEqual([1, 1]);
  });

  it('must end', () => {
    const { problems } = readStatements('FROM a\nRUN <<EOF\nx\n');
    expect(problems).toEqual([{ message: 'The heredoc "EOF" is never ended', line: 2, endLine: 3 }]);
  });
});

describe('any text', () => {
  const fragment = fc.constantFrom(
    'FROM a',
    'RUN x',
    'RUN <<E',
    'E',
    '\\',
    '`',
    '\n',
    '\r\n',
    ' ',
    '#',
    '# escape=`\n',
    '"',
    "'",
    '\t',
    '\0',
    '<<-',
    '$',
    '{',
    'é',
    '\u2028',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('')),
  );

  it('gives ranges that ascend, never overlap, and stay inside the file', () => {
    fc.assert(
      fc.property(text, (source) => {
        let last = 0;
        for (const { line, endLine } of readStatements(source).statements) {
          expect(line).toBeGreaterThan(last);
          expect(endLine).toBeGreaterThanOrEqual(line);
          last = endLine;
        }
        expect(last).toBeLessThanOrEqual(source.split('\n').length);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves nothing but comments and empty lines outside the ranges', () => {
    fc.assert(
      fc.property(text, (source) => {
        const { statements, lines } = readStatements(source);
        const covered = new Set(
          statements.flatMap(({ line, endLine }) =>
            Array.from({ length: endLine - line + 1 }, (_, index) => line + index),
          ),
        );
        lines.forEach((line, index) => {
          if (!covered.has(index + 1)) expect(line.replace(/^[\s\u0085]+/, '')).toMatch(/^(#.*)?$/s);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with dockerfile-ast on files without heredocs', () => {
    const plain = fc.constantFrom(
      'FROM a AS b\n',
      'RUN x\n',
      'RUN a \\\n b\n',
      'RUN a \\\n # c\n\n b\n',
      '# c\n',
      '\n',
      'COPY --from=b x y\n',
      'ENV A="b c"\n',
    );
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1, maxLength: 15 }), (parts) => {
        const source = parts.join('');
        const theirs = DockerfileParser.parse(source)
          .getInstructions()
          .map((instruction) => {
            const { start, end } = instruction.getRange();
            return [start.line + 1, end.line + 1];
          });
        expect(ranges(source)).toEqual(theirs);
      }),
    );
  });
});
