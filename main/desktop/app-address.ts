/** The origin of the app's own pages, on a protocol that nothing else serves. */
export const appScheme = 'app';
export const appHost = 'layerscope';
export const appOrigin = `${appScheme}://${appHost}`;

/** Pages the app may open in the person's browser; every other address is refused. */
const externalHosts = ['docs.docker.com', 'github.com', 'layerscope.dev'];

export function isAppUrl(url: string): boolean {
  const parsed = parse(url);
  return parsed?.protocol === `${appScheme}:` && parsed.host === appHost;
}

/** Only https, only listed hosts, no port and no user name that could make a link look like another. */
export function isAllowedExternal(url: string): boolean {
  const parsed = parse(url);
  return (
    parsed?.protocol === 'https:' &&
    externalHosts.includes(parsed.host) &&
    parsed.username === '' &&
    parsed.password === ''
  );
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}
