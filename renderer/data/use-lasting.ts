import { useEffect, useState } from 'react';

/** Whether `value` has been true for `delay` ms: what is over before that is not worth showing. False at once. */
export function useLasting(value: boolean, delay: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!value) return setLasting(false);
    const timer = setTimeout(() => setLasting(true), delay);
    return () => clearTimeout(timer);
  }, [value, delay]);
  return value && lasting;
}
