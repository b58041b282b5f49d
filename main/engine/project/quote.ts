const LONGEST = 80;

/** Text from a Dockerfile or a folder, for a message: in quotes, on one line, shortened. */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}
