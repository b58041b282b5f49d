const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago (ms) in the words of `docker images`: About an hour ago, 3 days ago, 5 weeks ago. */
export function formatAge(age: number): string {
  if (age < second) return 'Less than a second ago';
  if (age < minute) return ago(age / second, 'second');
  if (age < 2 * minute) return 'About a minute ago';
  if (age < hour) return ago(age / minute, 'minute');
  if (age < 2 * hour) return 'About an hour ago';
  if (age < 2 * day) return ago(age / hour, 'hour');
  if (age < 14 * day) return ago(age / day, 'day');
  if (age < 60 * day) return ago(age / (7 * day), 'week');
  if (age < 730 * day) return ago(age / (30 * day), 'month');
  return ago(age / (365 * day), 'year');
}

function ago(amount: number, unit: string): string {
  const whole = Math.floor(amount);
  return `${whole} ${unit}${whole === 1 ? '' : 's'} ago`;
}
