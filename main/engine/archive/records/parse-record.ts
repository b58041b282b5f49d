import type { z } from 'zod';

const mostBytes = 32 * 1024 * 1024;
/** Commas and brackets: parsed, each value takes tens of bytes. The locks of the largest projects have 300,000. */
const mostValues = 1_000_000;

/** A record that is JSON. Throws for any other. */
export function parseRecord<T extends z.ZodType>(schema: T, bytes: Buffer): z.output<T> {
  if (bytes.length > mostBytes) throw new Error(`It has ${bytes.length} bytes`);
  let values = 0;
  for (const byte of bytes) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) values += 1;
  if (values > mostValues) throw new Error(`It has about ${values} values`);
  return schema.parse(JSON.parse(bytes.toString()));
}
