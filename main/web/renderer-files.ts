import { extname, isAbsolute, relative, resolve, sep } from 'node:path';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

export interface RendererFile {
  /** Absolute, inside the renderer's folder. */
  readonly path: string;
  readonly contentType: string;
  /** Files whose name carries a hash of their contents never change; everything else is asked for anew. */
  readonly cacheControl: string;
}

/**
 * The built file that answers a request path; both hosts serve by these rules. A path without an extension is an
 * address inside the app and gets index.html. Undefined for what lies outside the folder or is not of a web type.
 */
export function rendererFile(folder: string, requestPath: string): RendererFile | undefined {
  const decoded = decodePath(requestPath);
  if (decoded === undefined) return undefined;
  const path = resolve(folder, `.${decoded}`);
  const inside = relative(folder, path);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined;
  const extension = extname(path).toLowerCase();
  if (inside === '' || extension === '') {
    return {
      path: resolve(folder, 'index.html'),
      contentType: contentTypes['.html'] ?? '',
      cacheControl: 'no-store',
    };
  }
  const contentType = contentTypes[extension];
  if (!contentType) return undefined;
  const hashed = inside.startsWith(`assets${sep}`);
  return { path, contentType, cacheControl: hashed ? 'public, max-age=31536000, immutable' : 'no-store' };
}

function decodePath(requestPath: string): string | undefined {
  try {
    const decoded = decodeURIComponent(requestPath);
    return decoded.startsWith('/') && !/[\0\\]/.test(decoded) ? decoded : undefined;
  } catch {
    return undefined; // Malformed percent-encoding names no file.
  }
}
