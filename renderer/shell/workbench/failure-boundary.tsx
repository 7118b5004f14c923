import { Component, type ReactNode } from 'react';

import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

interface Props {
  readonly name: string;
  readonly children: ReactNode;
}

/** A defect in one panel leaves the others, and what was typed, alone. */
export class FailureBoundary extends Component<Props, { readonly error: Error | undefined }> {
  override state = { error: undefined as Error | undefined };

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (isPartMissing(error)) {
      return (
        <EmptyState
          title={`${this.props.name} cannot be shown`}
          actions={<Button onClick={() => location.reload()}>Reload this window</Button>}
        >
          The host does not have this part of the window: it ended, or is of another version since the window was
          opened. Your files are safe with the host.
        </EmptyState>
      );
    }
    return (
      <EmptyState
        title={`${this.props.name} cannot be shown`}
        actions={<Button onClick={() => this.setState({ error: undefined })}>Show it again</Button>}
      >
        A defect of the studio: {error.message}. Your files are safe with the host.
      </EmptyState>
    );
  }
}

/** In Chromium's, Firefox's and Safari's words. A browser does not try such an import again until it reloads. */
function isPartMissing({ message }: Error): boolean {
  return /dynamically imported module|Importing a module script failed|Unable to preload/.test(message);
}
