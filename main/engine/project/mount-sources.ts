/** What a `--mount=` value takes files from: the `from` of a bind or cache mount; the fields are CSV. */
export function mountSources(mount: string): readonly string[] {
  let type = 'bind';
  let from = '';
  for (const field of csvFields(mount)) {
    const equals = field.indexOf('=');
    if (equals === -1) continue;
    const key = field.slice(0, equals).toLowerCase();
    if (key === 'type') type = field.slice(equals + 1).toLowerCase();
    if (key === 'from') from = field.slice(equals + 1);
  }
  return from !== '' && (type === 'bind' || type === 'cache') ? [from] : [];
}

/** One line of CSV: a field in double quotes may hold commas, and doubled quotes. */
function csvFields(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}
