/** When a build was over: `14:02:11`, with the day before it where that is not today. Both in ms since the epoch. */
export function buildTime(at: number, now: number): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString('en-GB');
  return date.toDateString() === new Date(now).toDateString()
    ? time
    : `${date.toLocaleDateString('sv-SE')} ${time}`;
}
