import { LayerscopeError } from '../../../shared/api/errors.ts';

/** The file is whole, and something else. `what` is what it seems to be: `an empty file`. */
export function notAnImage(name: string, what: string): LayerscopeError {
  return new LayerscopeError({
    code: 'not-an-image',
    message: `${name} is ${what}, not an image archive`,
    hint: 'Make one with docker save -o image.tar IMAGE, or choose an OCI image layout',
  });
}
