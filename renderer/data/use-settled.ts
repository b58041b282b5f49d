import { useEffect, useState } from 'react';

/** The value once it has not changed for `delay` ms: what a person types is not asked about letter by letter. */
export function useSettled<T>(value: T, delay: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delay);
    return () => clearTimeout(timer);
  }, [value, delay]);
  return settled;
}
