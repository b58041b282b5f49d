import type { ImageSource } from '../../shared/api/contract.ts';
import { LayerscopeError } from '../../shared/api/errors.ts';
import { targetOf } from '../web/app-route.ts';

/** The archive on standard input. */
export const stdinPath = '-';

/** Where the image is that `analyze` and `compare` are to read; folders are tried as OCI folders. */
export function imageSourceOf(
  text: string,
  { image, verify }: { readonly image?: string | undefined; readonly verify: boolean },
): ImageSource {
  const target = text === stdinPath ? ({ kind: 'archive', path: stdinPath } as const) : targetOf(text);
  if (target.kind === 'image') {
    if (image === undefined) return { kind: 'engine', reference: target.reference };
    throw new LayerscopeError({
      code: 'usage',
      message: `--image chooses among the images of an archive, and there is no file ${text}`,
      hint: 'Leave --image out, or name an archive',
    });
  }
  return { kind: 'archive', path: target.path, verify, ...(image !== undefined && { image }) };
}
