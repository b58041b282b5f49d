import { Component, type ReactNode } from 'react';
import { toErrorInfo } from '../../shared/api/errors.ts';
import { ErrorPanel } from './error-panel.tsx';
import { Screen } from './screen.tsx';

interface State {
  readonly error?: unknown;
}

/** A defect in one view leaves the rest of the app usable. React has no function for it. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override readonly state: State = {};

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <Screen crumbs={[]}>
        <ErrorPanel
          error={toErrorInfo(this.state.error)}
          retryLabel="Show it again"
          onRetry={() => this.setState({ error: undefined })}
        />
      </Screen>
    );
  }
}
