/** `git@github.com:owner/name.git#ref` (BuildKit, util/sshutil). */
const SCP_STYLE = /^[a-zA-Z0-9-_]+@[a-zA-Z0-9-.]+:/;

/**
 * Whether ADD fetches a source, from a URL or a git repository, instead of taking it from the build context (BuildKit,
 * dockerfile2llb isHTTPSource and isGitSource). `github.com/owner/name` is a path here.
 */
export function isFetched(source: string): boolean {
  return /^(?:https?|git|ssh):\/\//i.test(source) || SCP_STYLE.test(source);
}
