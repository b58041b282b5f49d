/** What `npm test` sets; a spec never goes without. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these by npm test`);
  return value;
}
