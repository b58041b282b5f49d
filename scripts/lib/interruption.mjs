/**
 * Turns Ctrl+C, SIGTERM and SIGHUP into one AbortSignal, so that whoever started something can remove it. The
 * event loop is kept alive until then.
 */
export function interruption() {
  const controller = new AbortController();
  let tell;
  const happened = new Promise((resolve) => {
    tell = resolve;
  });
  const raise = (by) => {
    controller.abort(new Error(`interrupted by ${by}`));
    tell(by);
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => raise(name));
  return { signal: controller.signal, happened, raise };
}
