import type { CacheDocument } from '../../shared/model/cache-document.ts';
import { formatBytes, formatCount } from '../../shared/model/format-bytes.ts';
import type { Context } from './context.ts';
import type { CacheOptions } from './options.ts';
import { print } from './print.ts';
import { printable } from './printable.ts';
import { withEngine } from './with-engine.ts';

/** `layerscope cache [--clear]`. Returns the exit status. */
export async function cache(options: CacheOptions, context: Context): Promise<number> {
  const info = await withEngine(options, context, (api) =>
    api.call(options.clear ? 'cache.clear' : 'cache.info', {}),
  );
  const document: CacheDocument = {
    schema: 'layerscope/cache@1',
    ...info,
    path: info.path ?? null,
    oldestUse: info.oldestUse ?? null,
    newestUse: info.newestUse ?? null,
  };
  print(document, options, context, cacheReport);
  return 0;
}

function cacheReport(document: CacheDocument): readonly string[] {
  const { path, layers, entries, bytes, limit, oldestUse, newestUse } = document;
  if (path === null) return ['The layer cache is switched off.'];
  return [
    printable(path),
    `${formatCount(layers)} layers, ${formatCount(entries)} entries, ${formatBytes(bytes)} of ${formatBytes(limit)}`,
    ...(oldestUse && newestUse ? [`Used from ${minuteOf(oldestUse)} to ${minuteOf(newestUse)}`] : []),
  ];
}

/** Local time, as `YYYY-MM-DD HH:MM`. */
function minuteOf(iso: string): string {
  const local = new Date(iso);
  local.setMinutes(local.getMinutes() - local.getTimezoneOffset());
  return local.toISOString().slice(0, 16).replace('T', ' ');
}
