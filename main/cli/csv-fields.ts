/** The fields of one line of CSV (RFC 4180), as docker takes its options; undefined where the quotes are not right. */
export function csvFields(line: string): readonly string[] | undefined {
  const fields: string[] = [];
  // With a comma before the first field, too, all are alike.
  const text = `,${line}`;
  const field = /,(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/y;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (!match) return undefined;
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
  }
  return fields;
}
