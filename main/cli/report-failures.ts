import { type ErrorInfo, exitStatus, formatError } from '../../shared/api/errors.ts';
import type { ProjectDocument } from '../../shared/model/project-document.ts';
import type { Context } from './context.ts';
import { printable } from './printable.ts';

/** One line on stderr for each failure, which several variants may have in common. Returns the exit status. */
export function reportFailures(document: ProjectDocument, context: Context): number {
  const failures = new Map<string, ErrorInfo>();
  const statuses = document.variants.map(({ name, build }) => {
    if (build.status === 'cancelled') return exitStatus('cancelled');
    if (build.status === 'built') return 0;
    const info: ErrorInfo = build.error ?? {
      code: 'build-failed',
      message: `${name} was not built`,
      hint: 'Read the log of its steps in the app',
    };
    failures.set(formatError(info), info);
    // An engine that went away is no fault of the Dockerfile: 3 as for every other command.
    return exitStatus(info.code);
  });
  for (const info of failures.values()) reportError(info, context);
  return statuses.find((status) => status === 1) ?? statuses.find((status) => status !== 0) ?? 0;
}

/** The line of an error. Returns its exit status. */
export function reportError(info: ErrorInfo, { terminal }: Context): number {
  terminal.stderr.write(`layerscope: ${printable(formatError(info))}\n`);
  return exitStatus(info.code);
}
