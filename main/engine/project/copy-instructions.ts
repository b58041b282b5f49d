import type { CopySource } from '../../../shared/model/project.ts';

/** A COPY or ADD as BuildKit carries it out: variables replaced, paths absolute. */
export interface CopyInstruction {
  readonly keyword: 'COPY' | 'ADD';
  /** Undefined: the build context. */
  readonly from: CopySource | undefined;
  /**
   * Absolute paths in `from`, the context's folder being `/`; they may have wildcards as Go's filepath.Match. Heredocs and
   * what ADD fetches are not among them.
   */
  readonly sources: readonly string[];
  /** Whether ADD also fetches something, from a URL or a git repository. */
  readonly fetches: boolean;
  /** Names of the files that heredocs make. */
  readonly heredocs: readonly string[];
  /** Absolute; ends in a slash where it must be a directory. */
  readonly destination: string;
  /** `--parents`: the path of a source, from its `/./` on, is kept below the destination. */
  readonly parents: boolean;
}
