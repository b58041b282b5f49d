// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is what variables look like in a compose file.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { replaceVariables, VariableError } from './compose-variables.ts';

const values = new Map([
  ['A', 'a'],
  ['B_2', 'b'],
  ['EMPTY', ''],
]);
const replace = (text: string) => replaceVariables(text, (name) => values.get(name));

// What is expected here is what compose-go 2.16 makes of the same text.
it.each([
  ['x', 'x'],
  ['$A-${A}-$B_2-${B_2}$A', 'a-a-b-ba'],
  ['$UNSET${UNSET}.', '.'],
  ['$$A $${A} $$', '$A ${A} $'],
  ['$5 $ 1$', '$5 $ 1$'],
  ['${A:-x} ${EMPTY:-x} ${UNSET:-x}', 'a x x'],
  ['${A-x}|${EMPTY-x}|${UNSET-x}', 'a||x'],
  ['${A:+x}|${EMPTY:+x}|${UNSET:+x}', 'x||'],
  ['${A+x}|${EMPTY+x}|${UNSET+x}', 'x|x|'],
  ['${A:?no}${EMPTY?no}', 'a'],
  ['${UNSET:-${A}/${UNSET:-$B_2}}!', 'a/b!'],
  ['${UNSET:-{"k": 1}}', '{"k": 1}'],
  ['${UNSET:-a:?b-c}', 'a:?b-c'],
])('%s becomes %s', (text, expected) => {
  expect(replace(text)).toBe(expected);
});

it.each([
  ['${UNSET:?set it to $A}', 'the variable UNSET is required: set it to a'],
  ['${EMPTY:?}', 'the variable EMPTY is required'],
  ['${UNSET?}', 'the variable UNSET is required'],
  ['${}', '"${}" is not a variable'],
  ['${A b}', '"${A b}" is not a variable'],
  ['${A', 'a "${" is not closed'],
])('%s is refused', (text, reason) => {
  expect(() => replace(text)).toThrow(new VariableError(reason));
});

it('ends on whatever text there is', () => {
  const piece = fc.constantFrom('$', '{', '}', 'A', 'EMPTY', ':', '-', '+', '?', ' ', '${A:-');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
      try {
        expect(typeof replace(pieces.join(''))).toBe('string');
      } catch (error) {
        expect(error).toBeInstanceOf(VariableError);
      }
    }),
  );
});
