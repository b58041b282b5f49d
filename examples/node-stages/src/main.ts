import ms from 'ms';

declare const process: { readonly argv: readonly string[] };

const spans = process.argv.slice(2);
for (const span of spans.length > 0 ? spans : ['90m']) {
  console.log(`${span} is about ${ms(ms(span), { long: true })}`);
}
