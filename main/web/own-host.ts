/** The names a browser on this machine reaches the host by. Every other Host header is DNS rebinding. */
export function ownHosts(port: number): readonly string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

export function isOwnHost(host: string | undefined, port: number): boolean {
  return host !== undefined && ownHosts(port).includes(host.toLowerCase());
}

/** Whether the page that asks was served by this host, under the very name it asks. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined, port: number): boolean {
  return isOwnHost(host, port) && origin?.toLowerCase() === `http://${host?.toLowerCase()}`;
}
