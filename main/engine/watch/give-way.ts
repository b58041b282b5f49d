/**
 * So many builds given up within so many ms are not somebody's edits but a file that is written all the time, a log say:
 * then builds come to their end, and the next one begins after.
 */
const most = 5;
const withinMs = 10_000;

/** Tells of each build whether it may be given up for a newer change. */
export function giveWay(now: () => number = performance.now.bind(performance)): () => boolean {
  let givenUp: number[] = [];
  return () => {
    const at = now();
    givenUp = givenUp.filter((earlier) => at - earlier < withinMs);
    if (givenUp.length >= most) return false;
    givenUp.push(at);
    return true;
  };
}
